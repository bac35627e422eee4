/**
 * Opens the socket that a service listens on, in all forms of `svcport` (guide 7.1.1.1). The
 * supervisor opens it and keeps it; workers inherit the descriptor, so that connections queued by the kernel outlive
 * any worker.
 */
import type { Svcport } from '@fsigk/config'
import type { FsigkError } from '@fsigk/plugin-api'
import { isFsigk } from '@fsigk/plugin-api'
import { fail } from './errors.js'
import type { SystemCallFailure } from './posix.js'
import {
  bindSocket,
  bindToDevice,
  boundEndpoint,
  closeDescriptor,
  dualStack,
  listenOn,
  openSocket,
  reuseAddress,
} from './posix.js'

/**
 * Connections that the kernel queues while no worker accepts; it uses at most `net.core.somaxconn`. Long on purpose: with
 * SYN cookies, the default, Linux resets connections that overflow the queue once they have sent two segments.
 */
export const KERNEL_QUEUE = 4_096

/** IFNAMSIZ without its closing NUL; the kernel cuts what is longer, and would bind to another interface. */
const MAX_INTERFACE_BYTES = 15

export interface ListeningSocket {
  /** For spawn's `stdio`. It is closed on exec, so that nobody else inherits it. */
  readonly fd: number
  /** The port that it listens on, also when 0 was asked for. */
  readonly port: number
  /** `::` for a bare port, which takes both families; `0.0.0.0` where the host has no IPv6. */
  readonly address: string
  readonly interface?: string
  /** Closes the supervisor's descriptor. The port is free when the workers have closed theirs. May be called twice. */
  close(): void
}

/**
 * @param svcport port 0 takes any free port
 * @param queue connections that the kernel queues; a worker that begins to accept sets it to `KERNEL_QUEUE`
 * @throws FSIGK_BIND_FAILED, whose message is the guide's line (9.1.3) and whose `details` are `BindFailure`
 */
export function openListeningSocket(svcport: Svcport, queue: number = KERNEL_QUEUE): ListeningSocket {
  try {
    return svcport.address === undefined ? openOnAll(svcport, queue) : openOn(svcport.address, svcport, queue)
  } catch (error) {
    if (isFsigk(error, 'FSIGK_SYSTEM_CALL_FAILED')) throw bindFailed(error, svcport)
    throw error
  }
}

/** What an `FSIGK_BIND_FAILED` tells a program. */
export interface BindFailure extends SystemCallFailure {
  readonly port: number
  readonly address: string
}

function openOnAll(svcport: Svcport, queue: number): ListeningSocket {
  try {
    return openOn('::', svcport, queue)
  } catch (error) {
    if (isFsigk(error, 'FSIGK_SYSTEM_CALL_FAILED') && lacksIpv6(error)) return openOn('0.0.0.0', svcport, queue)
    throw error
  }
}

function lacksIpv6(error: FsigkError): boolean {
  const { code } = error.details as SystemCallFailure
  return code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL'
}

function openOn(address: string, svcport: Svcport, queue: number): ListeningSocket {
  const ipv6 = address.includes(':')
  const fd = openSocket(ipv6 ? 'ipv6' : 'ipv4')
  try {
    reuseAddress(fd)
    if (ipv6) dualStack(fd, svcport.address === undefined)
    if (svcport.interface !== undefined) bindToInterface(fd, svcport.interface)
    bindSocket(fd, address, svcport.port)
    listenOn(fd, queue)
    return listening(fd, svcport.interface)
  } catch (error) {
    closeDescriptor(fd)
    throw error
  }
}

function bindToInterface(fd: number, name: string): void {
  if (name === '' || Buffer.byteLength(name) > MAX_INTERFACE_BYTES) {
    throw new RangeError(`The interface ${JSON.stringify(name)} must have 1 to ${MAX_INTERFACE_BYTES} bytes`)
  }
  bindToDevice(fd, name)
}

function listening(fd: number, interfaceName: string | undefined): ListeningSocket {
  let open = true
  return {
    fd,
    ...boundEndpoint(fd),
    ...(interfaceName === undefined ? {} : { interface: interfaceName }),
    close() {
      if (open) closeDescriptor(fd)
      open = false
    },
  }
}

function bindFailed(cause: FsigkError, svcport: Svcport): FsigkError {
  const { errno, code, text } = cause.details as SystemCallFailure
  const address = `${svcport.address ?? '::'}${svcport.interface === undefined ? '' : `%${svcport.interface}`}`
  const details: BindFailure = { errno, code, text, port: svcport.port, address }
  return fail('FSIGK_BIND_FAILED', [svcport.port, address, errno, text, hint(code)], { cause, details })
}

/** The guide's line speaks of a port in use whatever the error is; where it is another one, this says what to do. */
function hint(code: string): string {
  switch (code) {
    case 'EACCES':
      return ' (ports below 1024 need root or CAP_NET_BIND_SERVICE)'
    case 'EADDRNOTAVAIL':
      return ' (no interface of this host has that address)'
    case 'ENODEV':
      return ' (this host has no interface of that name)'
    case 'EPERM':
      return ' (listening on one interface needs root or CAP_NET_RAW)'
    default:
      return ''
  }
}
