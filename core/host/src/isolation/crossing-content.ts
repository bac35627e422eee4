/** A content on its way to a plugin in another thread or process, and what the plugin sees of it there. */
import { open } from 'node:fs/promises'
import type { Body, Content } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import type { CrossingContent } from './messages.js'

const PIECE_BYTES = 65_536

/** @throws FSIGK_CONTENT_CANNOT_CROSS when it is neither in memory nor in a file */
export function crossing({ bytes, name, type, memory, path }: Content): CrossingContent {
  if (path !== undefined) return { bytes, name, type, memory: undefined, path }
  if (memory === undefined) throw fail('FSIGK_CONTENT_CANNOT_CROSS', [])
  return { bytes, name, type, memory: Buffer.concat(memory), path: undefined }
}

/** What came over, as a scanner sees it. */
export class ArrivedContent implements Content {
  readonly bytes: number
  readonly name: string
  readonly type: string
  readonly memory: readonly Buffer[] | undefined
  readonly path: string | undefined

  constructor({ bytes, name, type, memory, path }: CrossingContent) {
    this.bytes = bytes
    this.name = name
    this.type = type
    this.path = path
    if (memory !== undefined) this.memory = [Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength)]
  }

  /** @throws what the system says when the file is gone, as it is when the answer has been given */
  async *open(): Body {
    if (this.memory !== undefined) yield* this.memory.filter(({ length }) => length > 0)
    else if (this.path !== undefined) yield* piecesOf(this.path, this.bytes)
  }
}

async function* piecesOf(path: string, bytes: number): Body {
  await using file = await open(path, 'r')
  for (let position = 0; position < bytes; ) {
    const wanted = Math.min(PIECE_BYTES, bytes - position)
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position)
    if (bytesRead === 0) throw fail('FSIGK_CONTENT_TRUNCATED', [bytes, position])
    position += bytesRead
    yield bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead)
  }
}
