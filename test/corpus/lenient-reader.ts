/**
 * A reader of HTTP more lenient than any browser: it takes what it heard as every message that could be in it, with every
 * framing, and takes every coding off that comes off, whatever the fields say, layer by layer.
 */
import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
  zstdDecompressSync,
} from 'node:zlib'

const MAX_LAYERS = 5

/** Further readings than this are not looked at; the wanted bytes are found long before, where they can be. */
const MAX_READINGS = 100
/** What is wanted does not become shorter than this, coded as it may be. */
const MIN_READING_BYTES = 32
const MAX_READING_BYTES = 200_000

/** Whether any reading of what was heard holds the wanted bytes. @param decodes whether codings are taken off */
export function reaches(heard: Buffer, wanted: Buffer, decodes = true): boolean {
  const seen = new Set<string>()
  const isNew = (bytes: Buffer) => {
    const key = bytes.toString('latin1')
    return (
      bytes.length > MIN_READING_BYTES &&
      bytes.length < MAX_READING_BYTES &&
      !seen.has(key) &&
      seen.add(key) !== undefined
    )
  }
  let layer = bodiesIn(heard).filter(isNew)
  if (layer.some((bytes) => bytes.includes(wanted))) return true
  for (let layers = 0; decodes && layers < MAX_LAYERS && seen.size < MAX_READINGS; layers++) {
    const inner: Buffer[] = []
    for (const bytes of layer)
      for (const decoded of decodings(bytes)) {
        if (decoded.includes(wanted)) return true
        if (isNew(decoded)) inner.push(decoded)
      }
    layer = inner
  }
  return false
}

/** What follows each thing that could be the end of a head, in each framing that it could have. */
function bodiesIn(heard: Buffer): readonly Buffer[] {
  const bodies: Buffer[] = []
  const text = heard.toString('latin1')
  for (const { index, 0: end } of text.matchAll(/\r?\n\r*\n|\r\r/g)) {
    const body = heard.subarray(index + end.length)
    bodies.push(body, dechunked(body))
    if (bodies.length > 400) break
  }
  for (const boundary of new Set(text.match(/--[^\r\n]{0,80}/g)?.slice(0, 20)))
    bodies.push(...partsBetween(heard, boundary.replace(/--$/, '')))
  bodies.push(heard)
  return bodies
}

function partsBetween(heard: Buffer, boundary: string): readonly Buffer[] {
  if (boundary.length < 3) return []
  const parts: Buffer[] = []
  const text = heard.toString('latin1')
  for (let at = text.indexOf(boundary); at !== -1; at = text.indexOf(boundary, at + 1)) {
    const next = text.indexOf(boundary, at + 1)
    const part = heard.subarray(at + boundary.length, next === -1 ? undefined : next)
    const head = /\r?\n\r?\n/.exec(part.toString('latin1'))
    parts.push(head === null ? part : part.subarray(head.index + head[0].length))
  }
  return parts
}

/** Chunks by any size that can be made out, up to where none can. */
function dechunked(body: Buffer): Buffer {
  const data: Buffer[] = []
  let rest = body
  for (let count = 0; rest.length > 0 && count < 5000; count++) {
    const line = /^[\s"+]*(?:0x)?0*([0-9a-f]*)[^\r\n]*(?:\r+\n?|\n)/i.exec(rest.toString('latin1', 0, 30_000))
    if (line === null) break
    const size = Number.parseInt(line[1] || '0', 16)
    rest = rest.subarray(line[0].length)
    data.push(rest.subarray(0, size))
    rest = rest.subarray(Math.min(size, rest.length))
  }
  return Buffer.concat(data)
}

const lax: ZlibOptions = { finishFlush: constants.Z_SYNC_FLUSH }

interface LaxDecoder {
  /** Where not even the first bytes fit, nothing comes out. */
  readonly begins: (bytes: Buffer) => boolean
  readonly decode: (bytes: Buffer) => Buffer
}

const anyhow = () => true
const decoders: readonly LaxDecoder[] = [
  { begins: ([first, second]) => first === 0x1f && second === 0x8b, decode: (bytes) => gunzipSync(bytes, lax) },
  { begins: ([first = 0]) => (first & 0x0f) === 8, decode: (bytes) => inflateSync(bytes, lax) },
  { begins: (bytes) => /^(\x28\xb5\x2f\xfd|.\x2a\x4d\x18)/s.test(bytes.toString('latin1', 0, 4)), decode: allFrames },
  { begins: anyhow, decode: (bytes) => inflateRawSync(bytes, lax) },
  {
    begins: anyhow,
    decode: (bytes) => brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  },
]

/** The function of Node stops behind the first frame of zstd. */
function allFrames(bytes: Buffer): Buffer {
  const frames: Buffer[] = []
  for (let rest = bytes; rest.length > 0; ) {
    const { buffer, engine } = zstdDecompressSync(rest, {
      finishFlush: constants.ZSTD_e_flush,
      info: true,
    }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    frames.push(buffer)
    if (engine.bytesWritten === 0) break
    rest = rest.subarray(engine.bytesWritten)
  }
  return Buffer.concat(frames)
}

/** From the beginning, from behind a header, and from everything that looks like the beginning of one. */
function* decodings(bytes: Buffer): Generator<Buffer> {
  const starts = new Set([0, 2, 3, 10])
  const text = bytes.toString('latin1', 0, 100_000)
  for (const { index, 0: magic } of text.matchAll(
    /\x1f\x8b|\x28\xb5\x2f\xfd|[\x08\x18\x28\x38\x48\x58\x68\x78][\x01\x5e\x9c\x9d\xda]/g,
  )) {
    starts.add(index)
    if (magic.startsWith('\x1f')) {
      starts.add(index + 10).add(index + 12)
      const name = text.indexOf('\0', index + 10)
      if (name !== -1) starts.add(name + 1)
    }
    if (starts.size > 40) break
  }
  for (const start of starts)
    for (const { begins, decode } of decoders) {
      const from = bytes.subarray(start)
      if (from.length === 0 || !begins(from)) continue
      const out = asFarAsItGoes(from, decode)
      if (out.length > 0) yield out
    }
}

/** What comes out of the longest beginning that decodes. */
function asFarAsItGoes(bytes: Buffer, decode: (bytes: Buffer) => Buffer): Buffer {
  const whole = attempt(bytes, decode)
  if (whole !== undefined) return whole
  let low = 0
  let high = Math.min(bytes.length, 20_000)
  // Most of what is tried breaks at once.
  if (attempt(bytes.subarray(0, 12), decode) === undefined) high = 12
  let best: Buffer = Buffer.alloc(0)
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    const out = attempt(bytes.subarray(0, middle), decode)
    if (out === undefined) high = middle
    else {
      low = middle
      best = out
    }
  }
  return best
}

function attempt(bytes: Buffer, decode: (bytes: Buffer) => Buffer): Buffer | undefined {
  try {
    return decode(bytes)
  } catch {
    return undefined
  }
}
