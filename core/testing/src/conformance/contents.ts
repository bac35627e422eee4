/** Contents for trying scanners and spam filters: in memory, in a file, endless, broken. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Content } from '@fsigk/plugin-api'

const CHUNK_BYTES = 65_536

/** Content held in memory, in chunks of at most `chunkBytes`. */
export function memoryContent(bytes: Buffer, chunkBytes = bytes.length || 1, name = 'sample'): Content {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes))
  return {
    bytes: bytes.length,
    name,
    type: '',
    memory: chunks,
    path: undefined,
    async *open() {
      yield* chunks
    },
  }
}

/** Content held in a file, read in pieces of `chunkBytes`. */
export async function fileContent(folder: string, bytes: Buffer, chunkBytes = CHUNK_BYTES): Promise<Content> {
  const path = join(folder, 'content')
  await writeFile(path, bytes)
  return { ...memoryContent(bytes, chunkBytes), memory: undefined, path }
}

/** Content that flows from `open()` alone, as a plugin in a process of its own sees what is not in a file. */
function flowing(bytes: number, open: Content['open']): Content {
  return { bytes, name: 'sample', type: '', memory: undefined, path: undefined, open }
}

/** So many bytes, each chunk made when it is asked for: whoever keeps them all becomes as large as they are. */
export function hugeContent(bytes: number, fill = 'nothing to see here, move along. '): Content {
  return flowing(bytes, async function* () {
    for (let left = bytes; left > 0; left -= CHUNK_BYTES) yield Buffer.alloc(Math.min(left, CHUNK_BYTES), fill)
  })
}

/** Longer than anybody who heeds a signal reads, so that whoever does not keeps no test process alive for ever. */
const ENDLESS_MS = 6_000

/** Content that does not end as long as anybody may wait for it. */
export function endlessContent(): Content {
  return flowing(2 ** 40, async function* () {
    const end = performance.now() + ENDLESS_MS
    while (performance.now() < end) {
      yield Buffer.alloc(1000, 'more of it. ')
      await delay(1)
    }
    throw new Error('nobody should have read this far')
  })
}

/** Content whose source fails in the middle; `broke` tells whether anybody read so far. */
export function brokenContent(): Content & { readonly broke: boolean } {
  let broke = false
  const content = flowing(200_000, async function* () {
    yield Buffer.alloc(100_000, 'the first half. ')
    broke = true
    throw new Error('the spool file is gone')
  })
  return Object.defineProperty({ ...content, broke }, 'broke', { get: () => broke })
}
