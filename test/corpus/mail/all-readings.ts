/** All that the walker finds in a mail, held at once. */
import { gunzipSync, inflateSync } from 'node:zlib'
import { type MailReading, mailReadings, WireFault } from '@fsigk/wire'

export interface Found {
  /** As they came, and as they decode. */
  readonly bodies: readonly Buffer[]
  /** What stands for the mail itself: it holds files as they are coded, which is not to have found them. */
  readonly skeletons: readonly Buffer[]
  readonly names: readonly string[]
  /** What forms are refused for. */
  readonly threats: readonly string[]
  readonly unscanned: readonly string[]
  /** Set when it is beyond the bounds, which is never clean. */
  readonly fault: WireFault | undefined
}

interface Finding {
  readonly bodies: Buffer[]
  readonly skeletons: Buffer[]
  readonly names: string[]
  readonly threats: string[]
  readonly unscanned: string[]
}

const options = { text: true, wholeHtml: true } as const

/** @throws what the walker throws, unless it is a WireFault */
export async function allReadings(message: Buffer, chunkBytes = 65_536): Promise<Found> {
  const found: Finding = { bodies: [], skeletons: [], names: [], threats: [], unscanned: [] }
  const { signal } = new AbortController()
  try {
    await gather(mailReadings(contentOf(message, chunkBytes), signal, options), found, signal)
    return { ...found, fault: undefined }
  } catch (fault) {
    if (!(fault instanceof WireFault)) throw fault
    return { ...found, fault }
  }
}

async function gather(readings: AsyncIterable<MailReading>, found: Finding, signal: AbortSignal): Promise<void> {
  for await (const reading of readings) {
    const body = await bytesOf(reading.body)
    if (reading.isSkeleton === true) {
      found.skeletons.push(body)
      continue
    }
    found.bodies.push(body)
    found.names.push(reading.name, ...reading.otherNames)
    found.threats.push(...reading.findings.map(({ threat }) => threat))
    found.unscanned.push(...reading.unscanned.map(({ because }) => because))
    // As the pipeline asks: of the bytes as they came, and of what their coding decodes to.
    const forms: Buffer[] = [body]
    for (const coding of reading.codings) {
      const decoded = withoutCoding(body, coding)
      if (decoded === undefined) found.unscanned.push('undecodable')
      else forms.push(decoded)
    }
    found.bodies.push(...forms.slice(1))
    for (const form of forms) {
      const inside = reading.readings?.(contentOf(form), signal)
      if (inside !== undefined) await gather(inside, found, signal)
    }
  }
}

async function bytesOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of body) pieces.push(piece)
  return Buffer.concat(pieces)
}

function contentOf(bytes: Buffer, chunkBytes = 65_536): { open(): AsyncIterable<Buffer> } {
  return {
    async *open() {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
    },
  }
}

function withoutCoding(bytes: Buffer, coding: string): Buffer | undefined {
  try {
    return coding === 'gzip' ? gunzipSync(bytes) : inflateSync(bytes)
  } catch {
    return undefined
  }
}
