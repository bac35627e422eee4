/** Writes gzipped tar archives of regular files, the same bytes for the same files: no times, no owners (ustar, POSIX.1-1988). */
import { gzipSync } from 'node:zlib'

const BLOCK_BYTES = 512
const NAME_BYTES = 100
const PREFIX_BYTES = 155

export interface ArchiveFile {
  /** Its path in the archive, with `/`. */
  readonly name: string
  readonly bytes: Buffer
  readonly executable: boolean
}

/** @throws RangeError when a path is too long for the format */
export function writeTarball(files: readonly ArchiveFile[]): Buffer {
  const blocks = files.flatMap(({ name, bytes, executable }) => [header(name, bytes.length, executable), padded(bytes)])
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]), { level: 9 })
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES)])
}

function header(path: string, bytes: number, executable: boolean): Buffer {
  const { name, prefix } = split(path)
  const block = Buffer.alloc(BLOCK_BYTES)
  block.write(name, 0)
  block.write(octal(executable ? 0o755 : 0o644, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(bytes, 12), 124)
  // npm refuses to unpack files from before 1980.
  block.write(octal(499_162_500, 12), 136)
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\x0000', 257)
  block.write(prefix, 345)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`
}

function split(path: string): { readonly name: string; readonly prefix: string } {
  if (Buffer.byteLength(path) <= NAME_BYTES) return { name: path, prefix: '' }
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)]
    if (Buffer.byteLength(name) <= NAME_BYTES && Buffer.byteLength(prefix) <= PREFIX_BYTES) return { name, prefix }
  }
  throw new RangeError(`'${path}' is too long for an archive`)
}
