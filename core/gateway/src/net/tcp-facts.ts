/** What only the kernel knows of a connection (`struct tcp_info` of linux/tcp.h, which only ever grows at its end). */
import type { Socket } from 'node:net'
import { endianness } from 'node:os'
import { tcpInfo } from './posix.js'

/** `tcpi_state`, and what it is once the far end has reset the connection. */
const STATE_AT = 0
const TCP_CLOSE = 7
/** `tcpi_bytes_acked` */
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
  if (!look(socket)) return undefined
  return Number(endianness() === 'LE' ? info.readBigUInt64LE(BYTES_ACKED_AT) : info.readBigUInt64BE(BYTES_ACKED_AT))
}

/** Whether the far end is known to be gone: what is written now would reach nobody. */
export function isReset(socket: Socket): boolean {
  return look(socket) && info[STATE_AT] === TCP_CLOSE
}

/** Whether `info` tells of this socket now. */
function look(socket: Socket): boolean {
  const fd = descriptorOf(socket)
  if (fd === undefined || socket.destroyed) return false
  try {
    return tcpInfo(fd, info) === INFO_BYTES
  } catch {
    return false
  }
}

/** Node has no public name for it. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  return typeof fd === 'number' && fd >= 0 ? fd : undefined
}
