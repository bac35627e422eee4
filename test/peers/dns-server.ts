/** A small name server over UDP (RFC 1035): PTR, A and AAAA records that a test names; all else does not exist. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

const TYPES = { A: 1, PTR: 12, AAAA: 28 } as const
const NXDOMAIN = 3

export interface DnsRecords {
  /** Names by address. Nobody checks that they are true. */
  readonly ptr?: Readonly<Record<string, string>>
  /** IPv4 addresses by name, or what says them anew for each question. */
  readonly a?: Readonly<Record<string, readonly string[] | (() => readonly string[])>>
  /** For how long each answer is good, in seconds; a minute unless told. */
  readonly ttl?: number
  /** Questions about these names are never answered. */
  readonly silent?: readonly string[]
}

export interface DnsServer extends AsyncDisposable {
  /** Every question so far: `PTR 5.0.0.127.in-addr.arpa`. */
  readonly questions: readonly string[]
}

/** @param address where it listens, on port 53, which is the only one that resolv.conf(5) knows */
export async function startDnsServer(address: string, records: DnsRecords): Promise<DnsServer> {
  const questions: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (query, peer) => {
    const { name, type, end } = readQuestion(query)
    questions.push(`${Object.entries(TYPES).find(([, number]) => number === type)?.[0] ?? type} ${name}`)
    if (records.silent?.includes(name)) return
    const answers = dataOf(records, name, type)
    const header = Buffer.from(query.subarray(0, 12))
    const isKnown = answers.length > 0 || records.a?.[name] !== undefined
    header.writeUInt16BE(0x8580 | (isKnown ? 0 : NXDOMAIN), 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(answers.length, 6)
    header.fill(0, 8)
    const reply = Buffer.concat([
      header,
      query.subarray(12, end),
      ...answers.map((data) => record(type, data, records.ttl ?? 60)),
    ])
    socket.send(reply, peer.port, peer.address)
  })
  socket.bind(53, address)
  await once(socket, 'listening')
  return {
    questions,
    [Symbol.asyncDispose]: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function dataOf({ ptr = {}, a = {} }: DnsRecords, name: string, type: number): readonly Buffer[] {
  if (type === TYPES.A) {
    const said = a[name] ?? []
    const addresses = typeof said === 'function' ? said() : said
    return addresses.map((address) => Buffer.from(address.split('.').map(Number)))
  }
  if (type !== TYPES.PTR) return []
  const address = name
    .replace(/\.in-addr\.arpa$/, '')
    .split('.')
    .reverse()
    .join('.')
  const told = ptr[address]
  return told === undefined ? [] : [encodedName(told)]
}

/** An answer about the name of the question. */
function record(type: number, data: Buffer, ttl: number): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(ttl, 6)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function encodedName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label, 'latin1')]))
  return Buffer.concat([...labels, Buffer.alloc(1)])
}

function readQuestion(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}
