/** Where a service listens, in the guide's notation (7.1.1.1) and its forms for IPv6. */
import { formatIpv4, formatIpv6, parseAddress, parseIpv4 } from './address.js'
import type { Broken } from './definition.js'
import { utf8Bytes } from './utf8.js'

export interface Svcport {
  /** A network interface to listen on: `eth0`. */
  readonly interface?: string
  /** IPv4 or IPv6, without brackets; `::ffff:a.b.c.d` is `a.b.c.d`. Absent: all addresses, of both families. */
  readonly address?: string
  /** 0 lets the system choose a free port. */
  readonly port: number
}

const FORMS = 'must be PORT, ADDRESS:PORT, %INTERFACE:PORT or ADDRESS%INTERFACE:PORT, an IPv6 ADDRESS in brackets'
/** IFNAMSIZ without its closing NUL. */
const MAX_INTERFACE_BYTES = 15

/** Reads `PPP`, `A.A.A.A:PPP`, `%EEE:PPP`, `A.A.A.A%EEE:PPP`, `[v6]:PPP`, `[v6]%EEE:PPP`. */
export function parseSvcport(text: string): Svcport | Broken {
  if (text.startsWith('[') && !text.includes(']')) return { rule: `${FORMS}; the bracket is not closed (character 1)` }
  const colon = text.startsWith('[') ? text.indexOf(':', Math.max(text.indexOf(']'), 0)) : text.lastIndexOf(':')
  const place = colon === -1 ? '' : text.slice(0, colon)
  if (colon === 0) return { rule: `${FORMS}; an address or interface is missing (character 1)` }
  const port = parsePort(text.slice(colon + 1))
  if (port === undefined) return { rule: `${FORMS}; the port is a number from 0 to 65535 (character ${colon + 2})` }
  if (place === '') return { port }

  const percent = place.indexOf('%', Math.max(place.indexOf(']'), 0))
  const host = percent === -1 ? place : place.slice(0, percent)
  const address = host === '' ? undefined : parseListenAddress(host)
  if (typeof address === 'object') return address
  if (percent === -1) return address === undefined ? { port } : { address, port }

  const name = place.slice(percent + 1)
  const fault = interfaceFault(name)
  if (fault !== undefined) return { rule: `${FORMS}; ${fault} (character ${percent + 2})` }
  return address === undefined ? { interface: name, port } : { interface: name, address, port }
}

function parsePort(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,4})$/.test(text)) return undefined
  const port = Number(text)
  return port <= 65535 ? port : undefined
}

function parseListenAddress(host: string): string | Broken {
  if (!host.startsWith('[')) {
    if (parseIpv4(host) !== undefined) return host
    if (host.includes(':')) return { rule: `${FORMS}: [${host}]:PORT (character 1)` }
    return { rule: `${FORMS}; an IPv4 address has four numbers from 0 to 255 (character 1)` }
  }
  const bare = host.slice(1, -1)
  const address = host.endsWith(']') && bare.includes(':') ? parseAddress(bare) : undefined
  if (address === undefined) {
    const zone = bare.includes('%') ? ', and the interface stands after the bracket: [fe80::1]%eth0:9080' : ''
    return { rule: `${FORMS}; no IPv6 address stands in the brackets (character 2)${zone}` }
  }
  return address.family === 6 ? formatIpv6(address.words) : formatIpv4(address.bits)
}

function interfaceFault(name: string): string | undefined {
  if (name === '') return 'the interface is missing'
  if (utf8Bytes(name) > MAX_INTERFACE_BYTES) return `an interface name has at most ${MAX_INTERFACE_BYTES} bytes`
  if (name === '.' || name === '..' || /[\s/:%[\]]/.test(name)) return 'this is no name of an interface'
  return undefined
}
