import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/** Some 500,000 addresses: far more than anyone keeps by hand, and little enough to be read at a change of settings. */
const MAX_LIST_FILE_BYTES = 8 * 1024 * 1024

/**
 * The text of a list file that an access list names (guide 7.2).
 *
 * @throws when it cannot be read, is no ordinary file or is larger than 8 MiB
 */
export function readListFile(path: string): string {
  // Without O_NONBLOCK the opening of a FIFO would wait for its writer, and the gateway with it.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const about = fstatSync(fd)
    if (!about.isFile()) throw new Error('it is not an ordinary file')
    if (about.size > MAX_LIST_FILE_BYTES) throw new Error(`it is larger than ${MAX_LIST_FILE_BYTES} bytes`)
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}
