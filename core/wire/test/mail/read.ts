/** Reads mails as the pipeline does: each body to its end, then what is in it. */
import { createGunzip, createInflate } from 'node:zlib'
import { type MailFinding, type MailReading, type MailReadingOptions, mailReadings } from '../../src/index.js'

/** The skeleton is none of them. */
export interface Read {
  readonly name: string
  readonly otherNames: readonly string[]
  readonly type: string
  readonly codings: readonly string[]
  readonly body: string
  readonly findings: readonly MailFinding[]
  readonly unscanned: readonly { readonly because: 'encrypted'; readonly detail: string }[]
}

export const everything: MailReadingOptions = { text: true, wholeHtml: true }

/** @param chunkBytes how much comes at a time */
export async function read(mail: string | Buffer, options = everything, chunkBytes = 65_536): Promise<Read[]> {
  const bytes = Buffer.isBuffer(mail) ? mail : Buffer.from(mail, 'latin1')
  return await all(mailReadings(contentOf(bytes, chunkBytes), AbortSignal.timeout(20_000), options), chunkBytes)
}

/** The bodies alone. */
export async function bodies(mail: string | Buffer, options = everything, chunkBytes = 65_536): Promise<string[]> {
  return (await read(mail, options, chunkBytes)).map(({ body }) => body)
}

async function all(readings: AsyncIterable<MailReading>, chunkBytes: number): Promise<Read[]> {
  const found: Read[] = []
  for await (const reading of readings) {
    const bytes = await bytesOf(reading.body)
    if (reading.isSkeleton === true) continue
    const { name, otherNames, type, codings, findings, unscanned } = reading
    found.push({ name, otherNames, type, codings, body: bytes.toString('latin1'), findings, unscanned })
    const forms = [bytes]
    for (const coding of codings) forms.push(await decoded(bytes, coding))
    for (const form of forms)
      if (reading.readings !== undefined)
        found.push(
          ...(await all(reading.readings(contentOf(form, chunkBytes), AbortSignal.timeout(20_000)), chunkBytes)),
        )
  }
  return found
}

async function decoded(bytes: Buffer, coding: string): Promise<Buffer> {
  const decoder = coding === 'gzip' ? createGunzip() : createInflate()
  decoder.end(bytes)
  return await bytesOf(decoder)
}

async function bytesOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const chunk of chunks) all.push(Buffer.from(chunk))
  return Buffer.concat(all)
}

export function contentOf(bytes: Buffer, chunkBytes: number): { open(): AsyncIterable<Buffer> } {
  return { open: () => chunks(bytes, chunkBytes) }
}

async function* chunks(bytes: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}
