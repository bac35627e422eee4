import { gzipSync } from 'node:zlib'
import type { Content } from '@fsigk/plugin-api'

/** More than clamd allows anybody to set as MaxRecursion (100). */
const LEVELS = 120

/** Harmless, and deeper than any clamd looks: whether it says so tells whether it says what it has not looked at. */
export const nestedTooDeep: Content = memoryContent(nest())

/** Harmless, and small: whether clamd looks at it tells in which ways it may be asked. */
export const smallContent: Content = memoryContent(Buffer.from('nothing'))

function nest(): Buffer {
  let bytes: Buffer = Buffer.from('nothing')
  for (let level = 0; level < LEVELS; level++) bytes = gzipSync(bytes, { level: 0 })
  return bytes
}

function memoryContent(bytes: Buffer): Content {
  return {
    bytes: bytes.length,
    name: '',
    type: '',
    memory: [bytes],
    path: undefined,
    async *open() {
      yield bytes
    },
  }
}
