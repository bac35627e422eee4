/**
 * Syslog over a local socket: datagrams, as the C library's syslog(3) sends them, or a stream where the socket is one.
 * Node knows no datagrams on local sockets, so that the calls are made by koffi, as those of listening sockets are
 * (core/docs/decisions/004).
 */
import { createRequire } from 'node:module'
import { endianness } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fail } from './errors.js'
import type { Link, Transport } from './outbox.js'
import { streamTransport } from './stream.js'

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
const EAGAIN = 11
const EPROTOTYPE = 91
const EMSGSIZE = 90
const ENOBUFS = 105
const MAX_PATH_BYTES = 107
const FULL_WAIT_MS = 20
/** A reader that makes no room for so long does not read. */
const FULL_LIMIT_MS = 5_000

interface Calls {
  socket(family: number, type: number, protocol: number): number
  connect(fd: number, address: Buffer, bytes: number): number
  send(fd: number, message: Buffer, bytes: number, flags: number): number
  close(fd: number): number
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
    connect: library.func('int connect(int, const void *, uint32_t)'),
    send: library.func('int64_t send(int, const void *, size_t, int)'),
    close: library.func('int close(int)'),
    strerror: library.func('str strerror(int)'),
    errno: () => koffi.errno(),
  }
}

export function unixTransport(path: string): Transport {
  return {
    target: path,
    async connect(signal): Promise<Link> {
      const link = openDatagrams(path)
      return link ?? (await streamTransport({ path }).connect(signal))
    },
  }
}

/** @returns undefined when the socket at this path is a stream. @throws FSIGK_SYSLOG_UNREACHABLE, FSIGK_SYSLOG_PATH */
function openDatagrams(path: string): Link | undefined {
  const address = addressOf(path)
  const fd = calls().socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
  if (fd === -1) throw unreachable(path)
  if (calls().connect(fd, address, address.length) === -1) {
    const errno = calls().errno()
    const error = unreachable(path, errno)
    calls().close(fd)
    if (errno === EPROTOTYPE) return undefined
    throw error
  }
  return new DatagramLink(fd, path)
}

/** `struct sockaddr_un`, with its final NUL. */
function addressOf(path: string): Buffer {
  const name = Buffer.from(path)
  if (name.length > MAX_PATH_BYTES) throw fail('FSIGK_SYSLOG_PATH', [path, name.length])
  const address = Buffer.alloc(2 + name.length + 1)
  if (endianness() === 'LE') address.writeUInt16LE(AF_UNIX, 0)
  else address.writeUInt16BE(AF_UNIX, 0)
  address.set(name, 2)
  return address
}

function unreachable(path: string, errno = calls().errno()): Error {
  return fail('FSIGK_SYSLOG_UNREACHABLE', [path, calls().strerror(errno)])
}

class DatagramLink implements Link {
  readonly atOnce = 1
  #closed = false

  constructor(
    private readonly fd: number,
    private readonly path: string,
  ) {}

  async send(messages: readonly Buffer[]): Promise<void> {
    for (const message of messages) await this.#send(message)
  }

  close(): void {
    this.#closed = true
    calls().close(this.fd)
  }

  /** A reader that is behind is waited for, a while; what the system finds too long is cut. */
  async #send(message: Buffer): Promise<void> {
    const until = performance.now() + FULL_LIMIT_MS
    for (;;) {
      // Its number may be another file's by now.
      if (this.#closed) throw fail('FSIGK_SYSLOG_UNREACHABLE', [this.path, 'the way there was given up'])
      const { send, errno } = calls()
      if (send(this.fd, message, message.length, MSG_DONTWAIT | MSG_NOSIGNAL) !== -1) return
      const number = errno()
      if (number === EMSGSIZE) return await this.#send(message.subarray(0, message.length >> 1))
      if ((number !== EAGAIN && number !== ENOBUFS) || performance.now() > until) throw unreachable(this.path, number)
      await delay(FULL_WAIT_MS)
    }
  }
}
