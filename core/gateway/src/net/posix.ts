/**
 * The Linux calls that Node has no word for: making and binding a socket before anyone listens on it, binding it to an
 * interface, accepting more than one connection a turn, duplicating a descriptor, locking a file. The native library is loaded
 * at the first call.
 *
 * Every descriptor made here is closed on exec; a child gets one only by being handed it (spawn's `stdio`).
 */
import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'
import { fail } from './errors.js'
import { decodeSocketAddress, encodeSocketAddress, SOCKET_ADDRESS_BYTES } from './socket-address.js'

type Family = 'ipv4' | 'ipv6'

const AF = { ipv4: 2, ipv6: 10 } as const
const SOCK_STREAM = 1
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const SO_BINDTODEVICE = 25
const IPPROTO_TCP = 6
const TCP_INFO = 11
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26
const F_DUPFD_CLOEXEC = 1030
const LOCK_EX = 2
const LOCK_NB = 4
const EWOULDBLOCK = 11
/** The lowest descriptor that a duplicate may get: 0, 1 and 2 are never taken, even when they are closed. */
const FIRST_FREE = 3

interface Calls {
  socket(family: number, type: number, protocol: number): number
  bind(fd: number, address: Buffer, bytes: number): number
  listen(fd: number, backlog: number): number
  accept4(fd: number, address: undefined, bytes: undefined, flags: number): number
  setsockopt(fd: number, level: number, option: number, value: Buffer, bytes: number): number
  getsockopt(fd: number, level: number, option: number, value: Buffer, bytes: Buffer): number
  getsockname(fd: number, address: Buffer, bytes: Buffer): number
  fcntl(fd: number, command: number, ...typeAndValue: ['int', number]): number
  close(fd: number): number
  flock(fd: number, operation: number): number
  strerror(errno: number): string
  errno(): number
}

let loaded: Calls | undefined

function calls(): Calls {
  loaded ??= load()
  return loaded
}

function load(): Calls {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const library = koffi.load(null)
  return {
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, const void *, uint32_t)'),
    listen: library.func('int listen(int, int)'),
    accept4: library.func('int accept4(int, void *, void *, int)'),
    setsockopt: library.func('int setsockopt(int, int, int, const void *, uint32_t)'),
    getsockopt: library.func('int getsockopt(int, int, int, void *, void *)'),
    getsockname: library.func('int getsockname(int, void *, void *)'),
    fcntl: library.func('int fcntl(int, int, ...)') as unknown as Calls['fcntl'],
    close: library.func('int close(int)'),
    flock: library.func('int flock(int, int)'),
    strerror: library.func('str strerror(int)'),
    errno: () => koffi.errno(),
  }
}

/** The error of the call that has just returned -1. */
function failed(call: string): Error {
  const errno = calls().errno()
  return fail('FSIGK_SYSTEM_CALL_FAILED', [call, errno, strerror(errno)], {
    details: { errno, code: getSystemErrorName(-errno), text: strerror(errno) },
  })
}

/** What an `FSIGK_SYSTEM_CALL_FAILED` tells a program. */
export interface SystemCallFailure {
  readonly errno: number
  /** `EADDRINUSE`, … */
  readonly code: string
  /** `strerror(errno)` */
  readonly text: string
}

/** What the C library says of an error number. */
export function strerror(errno: number): string {
  return calls().strerror(errno)
}

/** A TCP socket that does not block. @throws FSIGK_SYSTEM_CALL_FAILED */
export function openSocket(family: Family): number {
  const fd = calls().socket(AF[family], SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
  if (fd === -1) throw failed('socket()')
  return fd
}

/** @param address an IPv4 or IPv6 address, of the socket's family. @throws FSIGK_SYSTEM_CALL_FAILED */
export function bindSocket(fd: number, address: string, port: number): void {
  const bytes = encodeSocketAddress(address, port)
  if (calls().bind(fd, bytes, bytes.length) === -1) throw failed('bind()')
}

/** @param backlog connections that the kernel queues; it uses at most `net.core.somaxconn`. @throws FSIGK_SYSTEM_CALL_FAILED */
export function listenOn(fd: number, backlog: number): void {
  if (calls().listen(fd, backlog) === -1) throw failed('listen()')
}

/** Accepts the next connection that is queued, without blocking. @returns undefined when there is none, or it failed */
export function acceptConnection(fd: number): number | undefined {
  const accepted = calls().accept4(fd, undefined, undefined, SOCK_NONBLOCK | SOCK_CLOEXEC)
  return accepted === -1 ? undefined : accepted
}

/** Lets a port be bound while connections of an earlier listener still linger. @throws FSIGK_SYSTEM_CALL_FAILED */
export function reuseAddress(fd: number): void {
  setNumber(fd, SOL_SOCKET, SO_REUSEADDR, 1)
}

/** Whether an IPv6 socket takes IPv4 connections too. @throws FSIGK_SYSTEM_CALL_FAILED */
export function dualStack(fd: number, on: boolean): void {
  setNumber(fd, IPPROTO_IPV6, IPV6_V6ONLY, on ? 0 : 1)
}

/** Takes connections that arrive on this interface alone. @throws FSIGK_SYSTEM_CALL_FAILED */
export function bindToDevice(fd: number, device: string): void {
  const name = Buffer.from(`${device}\0`, 'latin1')
  if (calls().setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length) === -1) {
    throw failed(`setsockopt(SO_BINDTODEVICE, ${device})`)
  }
}

/** The address and port that a socket is bound to. @throws FSIGK_SYSTEM_CALL_FAILED */
export function boundEndpoint(fd: number): { readonly address: string; readonly port: number } {
  const address = Buffer.alloc(SOCKET_ADDRESS_BYTES)
  const bytes = Buffer.alloc(4)
  new Uint32Array(bytes.buffer, bytes.byteOffset, 1)[0] = SOCKET_ADDRESS_BYTES
  if (calls().getsockname(fd, address, bytes) === -1) throw failed('getsockname()')
  return decodeSocketAddress(address)
}

/** What Linux knows of a TCP connection (`struct tcp_info`), as far as it knows this much. @throws FSIGK_SYSTEM_CALL_FAILED */
export function tcpInfo(fd: number, into: Buffer): number {
  const bytes = Buffer.alloc(4)
  const length = new Uint32Array(bytes.buffer, bytes.byteOffset, 1)
  length[0] = into.length
  if (calls().getsockopt(fd, IPPROTO_TCP, TCP_INFO, into, bytes) === -1) throw failed('getsockopt(TCP_INFO)')
  return length[0]
}

/** Another descriptor of the same socket or file, closed on exec. @throws FSIGK_SYSTEM_CALL_FAILED */
export function duplicate(fd: number): number {
  const copy = calls().fcntl(fd, F_DUPFD_CLOEXEC, 'int', FIRST_FREE)
  if (copy === -1) throw failed('fcntl(F_DUPFD_CLOEXEC)')
  return copy
}

/** @throws FSIGK_SYSTEM_CALL_FAILED */
export function closeDescriptor(fd: number): void {
  if (calls().close(fd) === -1) throw failed('close()')
}

/**
 * Takes the exclusive lock of an open file, without waiting. The lock goes with the last descriptor of this opening,
 * also when the process is killed.
 *
 * @returns false when another opening of the file holds it
 * @throws FSIGK_SYSTEM_CALL_FAILED
 */
export function tryLockFile(fd: number): boolean {
  if (calls().flock(fd, LOCK_EX | LOCK_NB) === 0) return true
  if (calls().errno() === EWOULDBLOCK) return false
  throw failed('flock()')
}

function setNumber(fd: number, level: number, option: number, value: number): void {
  const bytes = Buffer.alloc(4)
  new Int32Array(bytes.buffer, bytes.byteOffset, 1)[0] = value
  if (calls().setsockopt(fd, level, option, bytes, bytes.length) === -1) {
    throw failed(`setsockopt(${level}, ${option})`)
  }
}
