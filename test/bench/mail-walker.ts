/**
 * How fast does the walker read mail, and what would mailparser cost?
 *
 * In this process, without a gateway: the mail in memory in chunks of 64 KiB, as the spool gives it, all readings read to
 * their end. mailparser gives its attachments as streams, which are read to their end too; mailsplit, below it, only takes the
 * mail apart and decodes nothing. Processor time, not the clock's, rounds in turn, medians.
 * Flags: --sizes 80K,1M,8M --kinds base64,quoted-printable,text,uuencode --readers walker,mailparser,mailsplit --rounds 5
 * --milliseconds 500
 */
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { Readable, type Transform } from 'node:stream'
import { mailReadings } from '@fsigk/wire'
import { MailParser } from 'mailparser'
import { answer } from './harness/answer.js'
import { count, parseFlags, size, words } from './harness/flags.js'
import { median, scatter } from './harness/statistics.js'
import { printPromises, printTable } from './harness/table.js'

const CHUNK_BYTES = 65_536
const kinds = ['base64', 'quoted-printable', 'text', 'uuencode'] as const
const readers = ['walker', 'mailparser', 'mailsplit'] as const
type Kind = (typeof kinds)[number]
type Reader = (typeof readers)[number]

const sentence =
  'Minutes of the meeting of Tuesday: nothing was decided, and everybody was content with that = so far.\r\n'

const read: Readonly<Record<Reader, (mail: Buffer) => Promise<unknown>>> = {
  async walker(mail) {
    const { signal } = new AbortController()
    const content = { open: () => chunksOf(mail) }
    await drained(mailReadings(content, signal, { text: true, wholeHtml: true }), signal)
  },
  async mailparser(mail) {
    const parser = new MailParser({ skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true })
    parser.on('data', (part) => {
      if (part.type !== 'attachment') return
      part.content.on('data', () => {})
      part.content.on('end', () => part.release?.())
    })
    await ended(mail, parser)
  },
  async mailsplit(mail) {
    const splitter = new (mailsplit().Splitter)()
    splitter.on('data', () => {})
    await ended(mail, splitter)
  },
}

await answer('How fast does the walker read mail, and what would mailparser cost?', async () => {
  const flags = parseFlags({
    sizes: '80K,1M,8M',
    kinds: kinds.join(),
    readers: readers.join(),
    rounds: '5',
    milliseconds: '500',
  })
  const rounds = count('rounds', flags.rounds)
  const milliseconds = count('milliseconds', flags.milliseconds)
  const asked = words('readers', flags.readers, readers)
  const rows: string[][] = []
  let base64 = Number.NaN
  for (const kind of words('kinds', flags.kinds, kinds)) {
    for (const text of flags.sizes.split(',')) {
      const mail = mailOf(kind, size('sizes', text))
      const figures = new Map<Reader, number[]>(asked.map((reader) => [reader, []]))
      for (let round = 0; round <= rounds; round++)
        for (const reader of asked) {
          const figure = mail.length / (await microsecondsOf(() => read[reader](mail), milliseconds))
          if (round > 0) figures.get(reader)?.push(figure)
        }
      const medianOf = (reader: Reader): number => median(figures.get(reader) ?? [])
      if (kind === 'base64' && text === '1M') base64 = medianOf('walker')
      rows.push([
        `${kind}, ${text}`,
        ...asked.map((reader) => `${medianOf(reader).toFixed(0)} MB/s ±${percent(figures.get(reader) ?? [])}`),
      ])
    }
  }
  printTable(['mail', ...asked], rows)
  if (!Number.isNaN(base64))
    printPromises([{ what: 'the walker, 1 MB of base64', is: base64, must: { atLeast: 150 }, unit: ' MB/s' }])
})

function percent(figures: readonly number[]): string {
  return `${Math.round(scatter(figures) * 50)} %`
}

/** A text and one attachment, of about so many bytes together. */
function mailOf(kind: Kind, bytes: number): Buffer {
  const [type, encoding, body] = attachmentOf(kind, bytes)
  return Buffer.from(
    [
      'From: Ann Example <ann@example.com>',
      'To: Bob Example <bob@example.org>',
      'Subject: Minutes',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="----=_NextPart_000_0012_01D9F3A4.5C2B1E60"',
      '',
      '------=_NextPart_000_0012_01D9F3A4.5C2B1E60',
      'Content-Type: text/plain; charset="utf-8"',
      '',
      'Please find the minutes attached.',
      '',
      '------=_NextPart_000_0012_01D9F3A4.5C2B1E60',
      `Content-Type: ${type}`,
      `Content-Transfer-Encoding: ${encoding}`,
      'Content-Disposition: attachment; filename="minutes.bin"',
      '',
      body,
      '------=_NextPart_000_0012_01D9F3A4.5C2B1E60--',
      '',
    ].join('\r\n'),
    'latin1',
  )
}

function attachmentOf(kind: Kind, bytes: number): readonly [type: string, encoding: string, body: string] {
  const text = sentence.repeat(Math.ceil(bytes / sentence.length))
  switch (kind) {
    case 'base64':
      return ['application/octet-stream', 'base64', lines(randomBytes((bytes * 57) / 78).toString('base64'))]
    case 'quoted-printable':
      return ['text/plain', 'quoted-printable', text.replaceAll('=', '=3D').replaceAll('everybody', '=\r\neverybody')]
    case 'text':
      return ['text/plain', '7bit', text]
    case 'uuencode':
      return [
        'text/plain',
        '7bit',
        `begin 644 minutes.bin\r\n${`M${'86)C'.repeat(15)}\r\n`.repeat(bytes / 63)}\`\r\nend`,
      ]
  }
}

function lines(text: string): string {
  return text.match(/.{1,76}/g)?.join('\r\n') ?? ''
}

/** Comes with mailparser, which is what depends on it. */
function mailsplit(): { readonly Splitter: new () => Transform } {
  const require = createRequire(import.meta.resolve('mailparser'))
  return require('@zone-eu/mailsplit') as ReturnType<typeof mailsplit>
}

async function ended(mail: Buffer, parser: Transform): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  parser.on('end', resolve).on('error', reject)
  Readable.from(chunksOf(mail)).pipe(parser)
  await promise
}

async function drained(readings: ReturnType<typeof mailReadings>, signal: AbortSignal): Promise<void> {
  for await (const reading of readings) {
    const kept: Buffer[] = []
    for await (const bytes of reading.body) kept.push(bytes)
    const inside = reading.readings?.({ open: () => piecesOf(kept) }, signal)
    if (inside !== undefined) await drained(inside, signal)
  }
}

async function* piecesOf(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces
}

async function* chunksOf(mail: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < mail.length; at += CHUNK_BYTES) yield mail.subarray(at, at + CHUNK_BYTES)
}

/** Of processor time, that one call costs; all threads of this process. */
async function microsecondsOf(call: () => Promise<unknown>, milliseconds: number): Promise<number> {
  const before = process.cpuUsage()
  let calls = 0
  for (const ends = performance.now() + milliseconds; performance.now() < ends || calls === 0; calls++) await call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}
