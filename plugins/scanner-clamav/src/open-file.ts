/**
 * A content in memory as an open file that clamd is given (FILDES, clamd(8)): it reads that as it is, where it would write
 * what it is sent, 4 KB at a time, to a file of its own first. Node cannot pass a descriptor to a stranger, so that the
 * calls are made by koffi, as those of listening sockets are (core/docs/decisions/004).
 */
import { closeSync, writevSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { endianness } from 'node:os'

const MFD_CLOEXEC = 1
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
const SOL_SOCKET = 1
const SCM_RIGHTS = 1

/** The command, and the byte that a descriptor needs for company (unix(7)). */
const COMMAND = Buffer.from('zFILDES\0\0')
/** cmsghdr (recvmsg(2)) with one descriptor: its length as a size_t, level, type, the descriptor; then padding. */
const CONTROL_BYTES = 24
const CONTROL_LENGTH = 20
const DESCRIPTOR_AT = 16

interface Calls {
  memfd_create(name: string, flags: number): number
  sendmsg(socket: number, message: object, flags: number): number
}

let loaded: Calls | undefined

function calls(): Calls {
  loaded ??= load()
  return loaded
}

function load(): Calls {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const library = koffi.load(null)
  koffi.struct('iovec', { base: 'const void *', length: 'size_t' })
  koffi.struct('msghdr', {
    ...{ name: 'const void *', nameLength: 'uint32_t', parts: 'const iovec *', partCount: 'size_t' },
    ...{ control: 'const void *', controlLength: 'size_t', flags: 'int' },
  })
  return {
    memfd_create: library.func('int memfd_create(const char *, unsigned int)'),
    sendmsg: library.func('int64_t sendmsg(int, const msghdr *, int)'),
  }
}

/** Whether this platform is one whose structures are known here. */
export const passesFiles =
  process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch) && endianness() === 'LE'

/**
 * Asks clamd to scan these bytes as a file.
 * @returns false when nothing was asked: the socket has no descriptor, or has something else to send, or no file can be
 *   made
 */
export function sendAsFile(socket: Socket, pieces: readonly Buffer[], bytes: number): boolean {
  const to = descriptorOf(socket)
  if (!passesFiles || to === undefined || socket.writableLength > 0) return false
  const file = calls().memfd_create('fsigk', MFD_CLOEXEC)
  if (file === -1) return false
  try {
    return writevSync(file, pieces as Buffer[], 0) === bytes && pass(to, file)
  } catch {
    return false
  } finally {
    closeSync(file)
  }
}

function pass(socket: number, file: number): boolean {
  const control = Buffer.alloc(CONTROL_BYTES)
  control.writeBigUInt64LE(BigInt(CONTROL_LENGTH), 0)
  control.writeInt32LE(SOL_SOCKET, 8)
  control.writeInt32LE(SCM_RIGHTS, 12)
  control.writeInt32LE(file, DESCRIPTOR_AT)
  const message = {
    ...{ name: null, nameLength: 0, parts: [{ base: COMMAND, length: COMMAND.length }], partCount: 1 },
    ...{ control, controlLength: CONTROL_BYTES, flags: 0 },
  }
  // So few bytes go at once or not at all.
  return calls().sendmsg(socket, message, MSG_DONTWAIT | MSG_NOSIGNAL) === COMMAND.length
}

/** Node keeps it to itself; a socket without it has its bytes sent. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd?: unknown } }
  const fd = handle?.fd
  return typeof fd === 'number' && fd >= 0 ? fd : undefined
}
