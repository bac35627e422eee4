/**
 * The forms of a body: what readers may make of it by its content codings. Each coding is taken off as its
 * name says, as the first bytes look, and, where neither fits, in every way that we know; what comes out of any of them is
 * a form, every layer of stacked codings too. A body that fits its coding in no way to the byte is `undecodable` beside
 * that: whatever was found in its forms, a reader may make something else of it.
 */
import { isFsigk } from '@fsigk/plugin-api'
import type { Spool, SpoolFolder } from '../spool.js'
import type { Deadline } from './deadline.js'
import { type Format, formats, formatsOf, headerBytes, looksLike, START_BYTES } from './decoders.js'
import type { Unscanned } from './judgement.js'
import { Late, type Unpacked, type Unpacking, unpack } from './unpack.js'

/** More codings on one body than anyone sends in earnest. */
const MAX_CODINGS = 4

/** More forms of one body than any honest one has. */
const MAX_FORMS = 24

/** A header of gzip is looked for in so many bytes; file names in it are short. */
const MAX_HEADER_BYTES = 131_072

export interface Decoded {
  /** Beside the body as it came. The caller's to release. */
  readonly forms: readonly Spool[]
  /** What is not known of the body, whatever its forms hold. */
  readonly unscanned: readonly Unscanned[]
}

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
  const decoding = new Decoding(isCut, { folder, deadline, decodedBytes: 0 })
  if (wanted.length > MAX_CODINGS) decoding.note(`${wanted.length} content codings`)
  else await decoding.run(content, wanted.reverse())
  return decoding
}

/** A body, or what came out of it, at one layer of its codings. */
interface Layer {
  readonly spool: Spool
  /** Each coding so far fitted to the byte. What did not fit is a form all the same, of which nothing is expected. */
  readonly fits: boolean
}

class Decoding implements Decoded {
  readonly forms: Spool[] = []
  readonly unscanned: Unscanned[] = []

  constructor(
    private readonly isCut: boolean,
    private readonly unpacking: Unpacking,
  ) {}

  note(detail: string): void {
    if (!this.unscanned.some((cause) => cause.detail === detail))
      this.unscanned.push({ because: 'undecodable', detail })
  }

  /** @param codings the outermost first */
  async run(content: Spool, codings: readonly string[]): Promise<void> {
    let layers: readonly Layer[] = [{ spool: content, fits: true }]
    let coding = ''
    try {
      for (coding of codings) {
        const inner: Layer[] = []
        for (const layer of layers) inner.push(...(await this.#takeOff(layer, coding)))
        layers = inner
      }
    } catch (error) {
      this.unscanned.push(causeOf(error, coding))
    }
  }

  async #takeOff(layer: Layer, coding: string): Promise<readonly Layer[]> {
    const { spool: content } = layer
    // Nothing is nothing in every coding; servers send it without even a header.
    if (content.bytes === 0) return [layer]
    const start = await startOf(content, START_BYTES)
    const named = formatsOf(coding, start)
    const look = looksLike(start)
    const likely = new Set(look === undefined ? named : [...named, look])
    const inner: Layer[] = []
    let fault = named.length === 0 ? `content coding ${coding}` : undefined
    for (const format of likely) {
      const told = await this.#try(content, format, inner, layer.fits)
      if (told !== undefined) fault ??= `${coding}: ${told}`
    }
    // Readers leave out a coding that they do not know.
    if (named.length === 0) inner.push({ spool: content, fits: false })
    if (inner.some(({ fits }) => fits) && named.length > 0) return inner
    if (layer.fits) this.note(fault ?? coding)
    for (const format of formats) if (!likely.has(format)) await this.#try(content, format, inner, layer.fits)
    return inner
  }

  /** Adds what comes out. @returns what does not fit, if anything */
  async #try(content: Spool, format: Format, inner: Layer[], fits: boolean): Promise<string | undefined> {
    const unpacked = await this.#unpack(content, format, 0)
    const isWhole = unpacked.end === 'whole' || (this.isCut && unpacked.end === 'short')
    if (unpacked.end === 'bomb') this.note(unpacked.detail)
    await this.#add(unpacked.spool, inner, fits && isWhole)
    if (!isWhole || !isOneMember(format, unpacked)) await this.#lenient(content, format, unpacked, inner)
    if (isWhole) return undefined
    return unpacked.end === 'behind' ? `data behind the end of ${format}` : unpacked.detail
  }

  /**
   * What a reader sees that stops behind the first member or frame, and pays no attention to checksums. Browsers do.
   */
  async #lenient(content: Spool, format: Format, strict: Unpacked, inner: Layer[]): Promise<void> {
    if (format !== 'gzip' && format !== 'zlib' && format !== 'zstd') return
    const header = format === 'zstd' ? 0 : headerBytes(format, await startOf(content, MAX_HEADER_BYTES))
    if (header === undefined) return
    const { spool } = await this.#unpack(content, format === 'zstd' ? format : 'deflate-raw', header, true)
    if (spool.bytes !== strict.spool.bytes) await this.#add(spool, inner, false)
    else await spool.release()
  }

  async #unpack(content: Spool, format: Format, from: number, firstFrame = false): Promise<Unpacked> {
    return await unpack(content, { format, from, firstFrame }, this.unpacking)
  }

  async #add(spool: Spool, inner: Layer[], fits: boolean): Promise<void> {
    if (spool.bytes === 0 && !fits) return await spool.release()
    this.forms.push(spool)
    inner.push({ spool, fits })
    if (this.forms.length >= MAX_FORMS) throw new TooMany()
  }
}

class TooMany extends Error {}

/** Of several members the last tells its own length alone, and the others would have to be empty for it to be right. */
function isOneMember(format: Format, { spool, end, tail }: Unpacked): boolean {
  if (format === 'gzip') return end === 'whole' && tail.length === 4 && tail.readUInt32LE() === spool.bytes
  return format !== 'zstd'
}

function causeOf(error: unknown, coding: string): Unscanned {
  if (error instanceof Late) return { because: 'scan-timeout', detail: `decoding ${coding}` }
  if (error instanceof TooMany) return { because: 'undecodable', detail: `more than ${MAX_FORMS} forms` }
  if (isFsigk(error, 'FSIGK_SPOOL_FAILED') || isFsigk(error, 'FSIGK_SPOOL_OPEN_FAILED'))
    return { because: 'no-space', detail: error.message }
  throw error
}

/** The first bytes of a content, up to so many. */
async function startOf(content: Spool, count: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of content.open()) {
    parts.push(chunk)
    bytes += chunk.length
    if (bytes >= count) break
  }
  return Buffer.concat(parts).subarray(0, count)
}
