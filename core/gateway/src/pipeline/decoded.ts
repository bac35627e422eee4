/**
 * The second reading of a body: as the reader will see it, with its content codings taken off. It streams from spool to
 * spool, bounded in size, ratio and time, and is exact: a body that ends too early, goes on behind its end or is not what
 * its coding says is `undecodable`, since a reader may make something else of it.
 */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isFsigk } from '@fsigk/plugin-api'
import { Spool, type SpoolFolder } from '../spool.js'
import { messageOf } from '../system-error.js'
import type { Deadline } from './deadline.js'
import { type Decoder, decoderOf } from './decoders.js'
import type { Unscanned } from './judgement.js'

/** More codings on one body than anyone sends in earnest. */
const MAX_CODINGS = 4

/** The guide's limit for what is unpacked (11.1). */
const MAX_DECODED_BYTES = 2_147_483_648

/** A body that grows more than this is a bomb, once it is large enough to hurt. Deflate cannot exceed 1,032. */
const MAX_RATIO = 250
const RATIO_FREE_BYTES = 16_777_216

/** The decoded body, or why there is none. A decoded spool is the caller's to release. */
export type Decoded = { readonly spool: Spool } | { readonly unscanned: Unscanned }

/**
 * @param codings in the order in which they were applied
 * @param isCut the body is the first part of a longer one, so that its end in the middle of a coding is no fault
 * @param folder for spools that do not fit into memory
 */
export async function decode(
  content: Spool,
  codings: readonly string[],
  isCut: boolean,
  folder: SpoolFolder,
  deadline: Deadline,
): Promise<Decoded> {
  const wanted = codings.map((coding) => coding.trim().toLowerCase()).filter((coding) => coding !== 'identity')
  if (wanted.length > MAX_CODINGS) return undecodable(`${wanted.length} content codings`)
  let current = content
  for (const coding of wanted.reverse()) {
    const next = await takeOff(current, coding, isCut, folder, deadline)
    if (current !== content) await current.release()
    if ('unscanned' in next) return next
    current = next.spool
  }
  return { spool: current }
}

async function takeOff(
  content: Spool,
  coding: string,
  isCut: boolean,
  folder: SpoolFolder,
  deadline: Deadline,
): Promise<Decoded> {
  const make = decoderOf(coding)
  if (make === undefined) return undecodable(`content coding ${coding}`)
  const spool = new Spool(folder, content.name, content.type)
  // Nothing is nothing in every coding; servers send it without even a header.
  if (content.bytes === 0) return { spool }
  const decoder = make(await startOf(content), isCut)
  try {
    const bomb = await unpack(content, decoder, spool, deadline)
    if (bomb !== undefined) return await failed(spool, undecodable(bomb))
  } catch (error) {
    return await failed(spool, reasonOf(error, coding, deadline))
  }
  if (!isCut && decoder.bytesWritten !== content.bytes)
    return await failed(spool, undecodable(`data behind the end of ${coding}`))
  return { spool }
}

/** @returns which limit it broke, if any */
async function unpack(content: Spool, decoder: Decoder, spool: Spool, deadline: Deadline): Promise<string | undefined> {
  let broken: string | undefined
  await pipeline(
    Readable.from(content.open(), { objectMode: false }),
    decoder,
    async (decoded: AsyncIterable<Buffer>) => {
      for await (const chunk of decoded) {
        await spool.write(chunk)
        broken = brokenLimit(spool.bytes, content.bytes)
        if (broken !== undefined) return
      }
      await spool.finish()
    },
    { signal: deadline.signal },
  ).catch((error: unknown) => {
    // Leaving the loop early destroys the decoder, which the pipeline reports as an error of its own.
    if (broken === undefined) throw error
  })
  return broken
}

function brokenLimit(decodedBytes: number, encodedBytes: number): string | undefined {
  if (decodedBytes > MAX_DECODED_BYTES) return 'more than 2 GB when decoded'
  if (decodedBytes > RATIO_FREE_BYTES && decodedBytes > MAX_RATIO * encodedBytes)
    return `more than ${MAX_RATIO} times its size when decoded`
  return undefined
}

function reasonOf(error: unknown, coding: string, deadline: Deadline): Decoded {
  if (deadline.over !== undefined) return { unscanned: { because: 'scan-timeout', detail: `decoding ${coding}` } }
  if (isFsigk(error, 'FSIGK_SPOOL_FAILED') || isFsigk(error, 'FSIGK_SPOOL_OPEN_FAILED'))
    return { unscanned: { because: 'no-space', detail: error.message } }
  return undecodable(`${coding}: ${messageOf(error)}`)
}

async function failed(spool: Spool, why: Decoded): Promise<Decoded> {
  await spool.release()
  return why
}

function undecodable(detail: string): Decoded {
  return { unscanned: { because: 'undecodable', detail } }
}

/** The first bytes of a content, up to two. */
async function startOf(content: Spool): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of content.open()) {
    parts.push(chunk)
    bytes += chunk.length
    if (bytes >= 2) break
  }
  return Buffer.concat(parts).subarray(0, 2)
}
