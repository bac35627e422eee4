/** `KEY=@FILE`: a value that is the text of a file. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { messageOf } from '@fsigk/host'
import { fail } from '../errors.js'

/** More than any setting takes; what a file holds beyond it is not read. */
const MAX_FILE_BYTES = 1024 * 1024

/**
 * The text of a file as it stands there, without a byte order mark.
 * @throws FSIGK_USAGE when it cannot be read, is no file, is too long, or is not UTF-8
 */
export function textOfFile(key: string, path: string): string {
  const refused = (rule: string, cause?: unknown) =>
    fail('FSIGK_USAGE', [`${key} cannot be taken from the file '${path}': ${rule}.`], { cause })
  const bytes = bytesOf(path, refused)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw refused('it is not valid UTF-8', cause)
  }
}

type Refused = (rule: string, cause?: unknown) => Error

function bytesOf(path: string, refused: Refused): Buffer {
  const file = opened(path, refused)
  try {
    const about = fstatSync(file)
    if (!about.isFile()) throw refused('it is no file')
    if (about.size > MAX_FILE_BYTES) throw refused(`it has ${about.size} bytes, and ${MAX_FILE_BYTES} are allowed`)
    const bytes = Buffer.alloc(about.size)
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null)
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

/** Not blocked by a pipe that nobody writes to. */
function opened(path: string, refused: Refused): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    throw refused(messageOf(cause), cause)
  }
}
