/**
 * Connections that the kernel has queued at a listening socket. libuv accepts one of them in each turn of the event
 * loop; where a turn serves hundreds of requests and takes a tenth of a second, the thousandth client would wait for minutes.
 */
import { Socket } from 'node:net'
import { endianness } from 'node:os'
import { acceptConnection, closeDescriptor, tcpInfo } from './posix.js'

/** Of `tcpi_unacked` in `struct tcp_info` (linux/tcp.h): at a listening socket, how many wait to be accepted. */
const WAITING_AT = 24
const INFO_BYTES = 28

const info = Buffer.alloc(INFO_BYTES)

/** @param fd a listening socket. @returns how many wait; 0 where the system does not tell */
export function queuedConnections(fd: number): number {
  try {
    if (tcpInfo(fd, info) < INFO_BYTES) return 0
  } catch {
    return 0
  }
  return endianness() === 'LE' ? info.readUInt32LE(WAITING_AT) : info.readUInt32BE(WAITING_AT)
}

/**
 * Accepts the connection that has waited longest. It is as a `net.Server` would give it with `allowHalfOpen` and
 * `noDelay`: it has begun to read into its own buffer.
 *
 * @param fd a listening socket that does not block
 * @returns undefined when none waits, or it cannot be had: then libuv meets the same error, and tells it
 */
export function acceptQueued(fd: number): Socket | undefined {
  const accepted = acceptConnection(fd)
  if (accepted === undefined) return undefined
  try {
    return new Socket({ fd: accepted, allowHalfOpen: true, readable: true, writable: true }).setNoDelay()
  } catch {
    closeDescriptor(accepted)
    return undefined
  }
}
