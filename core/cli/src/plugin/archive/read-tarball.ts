/**
 * Reads gzipped tar archives from anywhere (ustar and pax, POSIX.1-2001), and trusts nothing in them: only files and
 * folders, only names below one folder, only so many bytes. What breaks a rule makes the whole archive refused.
 */
import { gunzipSync } from 'node:zlib'
import { PLUGIN_LIMITS } from '@fsigk/host'
import type { ArchiveFile } from './write-tarball.js'

const BLOCK_BYTES = 512
const MAX_HEADER_BYTES = 64 * 1024
const MAX_NAME_BYTES = 1024
/** Headers and padding of the largest plugin that may be. */
const MAX_ARCHIVE_BYTES = PLUGIN_LIMITS.bytes + PLUGIN_LIMITS.files * 3 * BLOCK_BYTES

interface Member {
  readonly type: string
  readonly name: string
  readonly bytes: Buffer
  readonly executable: boolean
}

/**
 * The files of a package's archive, their names without its outermost folder (`package/`).
 * @throws RangeError that names the member and the rule
 */
export function readTarball(archive: Buffer): readonly ArchiveFile[] {
  const files = new Map<string, ArchiveFile>()
  const folders = new Set<string>()
  let left: number = PLUGIN_LIMITS.bytes
  for (const { type, name, bytes, executable } of members(unzipped(archive))) {
    if (type === '5') continue
    if (type !== '0')
      throw new RangeError(`'${shown(name)}' is no file (type '${shown(type)}'); only files and folders may be in it`)
    const path = safePath(name)
    if (files.has(path)) throw new RangeError(`'${shown(path)}' is in it twice`)
    for (let end = path.lastIndexOf('/'); end !== -1; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end))
    if (files.size >= PLUGIN_LIMITS.files) throw new RangeError(`it holds more than ${PLUGIN_LIMITS.files} files`)
    left -= bytes.length
    if (left < 0) throw new RangeError(`it holds more than ${PLUGIN_LIMITS.bytes} bytes`)
    files.set(path, { name: path, bytes, executable })
  }
  if (!files.has('package.json')) throw new RangeError('it holds no package.json')
  const both = [...folders].find((folder) => files.has(folder))
  if (both !== undefined) throw new RangeError(`'${shown(both)}' is a file and a folder in it`)
  return [...files.values()]
}

function unzipped(archive: Buffer): Buffer {
  try {
    return gunzipSync(archive, { maxOutputLength: MAX_ARCHIVE_BYTES })
  } catch (cause) {
    const isLarge = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new RangeError(isLarge ? `it holds more than ${PLUGIN_LIMITS.bytes} bytes` : 'it is no gzipped archive', {
      cause,
    })
  }
}

function* members(tar: Buffer): Generator<Member> {
  let extended: { readonly path?: string; readonly size?: number } = {}
  for (let at = 0; at + BLOCK_BYTES <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK_BYTES)
    at += BLOCK_BYTES
    if (header.every((byte) => byte === 0)) return
    requireChecksum(header)
    const type = header.toString('latin1', 156, 157).replace('\0', '0')
    const size = extended.size ?? number(header, 124, 12)
    if (at + size > tar.length) throw new RangeError('it ends in the middle of a file')
    const bytes = tar.subarray(at, at + size)
    at += Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES
    if (type === 'g') continue
    if (type === 'x') {
      extended = extendedHeader(bytes)
      continue
    }
    const prefix = header.toString('latin1', 257, 262) === 'ustar' ? words(header, 345, 155) : ''
    const name = extended.path ?? (prefix === '' ? words(header, 0, 100) : `${prefix}/${words(header, 0, 100)}`)
    extended = {}
    yield { type, name, bytes, executable: (number(header, 100, 8) & 0o111) !== 0 }
  }
}

function requireChecksum(header: Buffer): void {
  let sum = 0
  for (const [at, byte] of header.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte
  if (sum !== number(header, 148, 8)) throw new RangeError('the header of a member is damaged')
}

/** Records `length key=value\n` (pax); those that say how long a member is and what it is called. */
function extendedHeader(bytes: Buffer): { readonly path?: string; readonly size?: number } {
  if (bytes.length > MAX_HEADER_BYTES) throw new RangeError('the extended header of a member is too large')
  const found = new Map<string, string>()
  for (let at = 0; at < bytes.length; ) {
    const [record = '', length = ''] = /^(\d{1,5}) /.exec(bytes.toString('latin1', at, at + 6)) ?? []
    const end = at + Number(length)
    const text = bytes.toString('utf8', at + record.length, end - 1)
    const equals = text.indexOf('=')
    if (end <= at + record.length || end > bytes.length || equals === -1)
      throw new RangeError('the extended header of a member is damaged')
    found.set(text.slice(0, equals), text.slice(equals + 1))
    at = end
  }
  const [path, size] = [found.get('path'), found.get('size')]
  if (size !== undefined && !/^\d{1,12}$/.test(size)) throw new RangeError('the size of a member is no number')
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: Number(size) }) }
}

/**
 * A member's name below the outermost folder.
 * @throws RangeError when it could lead anywhere else
 */
function safePath(name: string): string {
  const [, ...parts] = name.split('/')
  const isSafe =
    Buffer.byteLength(name) <= MAX_NAME_BYTES &&
    parts.length > 0 &&
    !/[\x00-\x1f\x7f\\]/.test(name) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= 255) &&
    !name.startsWith('/') &&
    !name.startsWith('../')
  if (!isSafe) throw new RangeError(`'${shown(name)}' is no name below one folder`)
  return parts.join('/')
}

function words(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end === -1 ? length : end)
}

function number(header: Buffer, at: number, length: number): number {
  const digits = words(header, at, length).trim()
  if (!/^[0-7]*$/.test(digits)) throw new RangeError('the header of a member is damaged')
  return Number.parseInt(digits || '0', 8)
}

/** A name from an archive, as it may stand in a message. */
function shown(name: string): string {
  return name.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, '?').slice(0, 200)
}
