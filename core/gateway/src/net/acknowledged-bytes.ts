import type { Socket } from 'node:net'
import { endianness } from 'node:os'
import { tcpInfo } from './posix.js'

/** Of `tcpi_bytes_acked` in `struct tcp_info` (linux/tcp.h), which only ever grows at its end. */
const BYTES_ACKED_AT = 120
const INFO_BYTES = 128

const info = Buffer.alloc(INFO_BYTES)

/**
 * How many bytes the far end's system has acknowledged: what is buffered on the way does not count, so it shows whether a
 * peer takes anything.
 *
 * @returns undefined when the socket is closed, or the system does not tell
 */
export function acknowledgedBytes(socket: Socket): number | undefined {
  const fd = descriptorOf(socket)
  if (fd === undefined || socket.destroyed) return undefined
  try {
    if (tcpInfo(fd, info) < INFO_BYTES) return undefined
  } catch {
    return undefined
  }
  return Number(endianness() === 'LE' ? info.readBigUInt64LE(BYTES_ACKED_AT) : info.readBigUInt64BE(BYTES_ACKED_AT))
}

/** Node has no public name for it. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  return typeof fd === 'number' && fd >= 0 ? fd : undefined
}
