/** One content against one set of definitions: in one go when it is held in memory, else block by block. */
import { createHash, hash } from 'node:crypto'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import type { Content } from '@fsigk/plugin-api'
import { Definitions } from './definitions/definitions.js'
import { fail } from './errors.js'
import { openSource } from './source.js'
import { BLOCK_BYTES, releaseWindow, takeWindow } from './windows.js'

/** The threat that was found first, if any. @throws the signal's reason, or what reading the content threw */
export async function searchContent(
  definitions: Definitions,
  content: Content,
  signal: AbortSignal,
): Promise<string | undefined> {
  const memory = content.bytes === 0 ? [] : content.memory
  return memory !== undefined && content.bytes <= BLOCK_BYTES
    ? searchMemory(definitions, content, memory)
    : await searchBlocks(definitions, content, signal)
}

function searchMemory(definitions: Definitions, content: Content, memory: readonly Buffer[]): string | undefined {
  const contentBytes = content.bytes
  const parted = hasParts(content.type)
  const bytes = leading(memory, definitions.reach(contentBytes, parted))
  const literal = definitions.findLiteral({ bytes, base: 0, contentBytes, parted })
  if (literal !== undefined || !definitions.hashes(contentBytes)) return literal
  return definitions.findHash(contentBytes, hash('sha256', bytes, 'hex'))
}

/** The first `count` bytes in one piece; copied only when they are not in one already. */
function leading(memory: readonly Buffer[], count: number): Buffer {
  const [first] = memory
  if (first !== undefined && first.length >= count) return first.subarray(0, count)
  const held = memory.reduce((sum, chunk) => sum + chunk.length, 0)
  if (held < count) throw fail('FSIGK_SIGNATURES_SHORT_CONTENT', [held, count])
  return Buffer.concat(memory, count)
}

async function searchBlocks(
  definitions: Definitions,
  content: Content,
  signal: AbortSignal,
): Promise<string | undefined> {
  const contentBytes = content.bytes
  const parted = hasParts(content.type)
  const reach = definitions.reach(contentBytes, parted)
  const digest = definitions.hashes(contentBytes) ? createHash('sha256') : undefined
  // The window holds the bytes of the content from `base` on, `held` of them.
  const window = takeWindow()
  let base = 0
  let held = 0
  try {
    const source = await openSource(content)
    try {
      while (base + held < reach) {
        const count = await source.read(window, held, Math.min(window.length - held, reach - base - held))
        signal.throwIfAborted()
        if (count === 0) throw fail('FSIGK_SIGNATURES_SHORT_CONTENT', [base + held, contentBytes])
        digest?.update(window.subarray(held, held + count))
        held += count
        if (held < window.length && base + held < reach) continue

        const literal = definitions.findLiteral({ bytes: window.subarray(0, held), base, contentBytes, parted })
        if (literal !== undefined || base + held === reach) {
          return literal ?? (digest && definitions.findHash(contentBytes, digest.digest('hex')))
        }
        window.copyWithin(0, held - Definitions.overlapBytes, held)
        base += held - Definitions.overlapBytes
        held = Definitions.overlapBytes
        // What is held in memory never waits for anything, and would keep all others waiting.
        await eventLoopTurn()
      }
    } finally {
      await source.close()
    }
  } finally {
    releaseWindow(window, base === 0 ? held : window.length)
  }
  return undefined
}

/** Content that holds other content behind header lines: mails, and forms with uploaded files. */
function hasParts(type: string): boolean {
  return /^\s*(?:multipart|message)\//i.test(type)
}
