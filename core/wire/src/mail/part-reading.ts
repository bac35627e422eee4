/** One form of one part, as a reading. */
import { decoded, type MakeDecoder } from './encodings.js'
import { encryptedByHeader } from './encrypted.js'
import type { Entity } from './entity.js'
import { partFindings } from './findings.js'
import type { Form, Walk } from './form.js'
import { htmlThatRuns } from './html-that-runs.js'
import type { MailFinding, MailReading, MailUnscanned } from './mail-reading.js'
import { isHtmlBody, isMessage, isTextBody } from './part-kinds.js'
import { PartScreen } from './part-screen.js'

/**
 * Gives a form, or, where the settings leave it out, what is in it.
 *
 * @returns whether it was given, decoded as every reader decodes it
 */
export async function* readForm(form: Form, walk: Walk, signal: AbortSignal): AsyncGenerator<MailReading, boolean> {
  const reading = new PartReading(form, walk)
  if (!form.isBetween && (walk.options.text || !isTextBody(form.entity))) {
    walk.bounds.countPart()
    yield reading
    return reading.isAlike
  }
  for await (const _ of reading.body) signal.throwIfAborted()
  // Text between parts has been looked at first: mostly it is nothing.
  if (form.isBetween && walk.options.text && !reading.isNothing) {
    walk.bounds.countReopened()
    walk.bounds.countPart()
    yield new PartReading({ ...form, bytes: form.again.open() }, walk)
    return false
  }
  const { readings } = reading
  if (readings === undefined) return false
  walk.bounds.countReopened()
  yield* readings({ open: () => decoded(form.again.open(), form.decoder) }, signal)
  return false
}

/** What only the header of a multipart says: it is refused, or unreadable, or has a name. */
export function* readMultipart(entity: Entity, { bounds }: Walk): Generator<MailReading> {
  const findings = partFindings(entity)
  const unscanned = encryptedByHeader(entity)
  const [name = '', ...otherNames] = entity.names
  if (findings.length === 0 && unscanned.length === 0 && name === '') return
  bounds.countPart()
  yield {
    name,
    otherNames,
    type: typeOf(entity),
    body: nothing(),
    codings: [],
    findings,
    unscanned,
    readings: undefined,
  }
}

async function* nothing(): AsyncGenerator<Buffer> {}

/** All types that are claimed; first one that readers show as an attachment. */
function typeOf({ types: claimed }: Entity): string {
  const types = claimed.filter((type) => type !== '')
  return types.length < 2 ? (types[0] ?? '') : [...types].sort((one, other) => rank(one) - rank(other)).join(', ')
}

function rank(type: string): number {
  return /^(?:text|multipart|message)\b/.test(type) ? 1 : 0
}

class PartReading implements MailReading {
  readonly name: string
  readonly otherNames: readonly string[]
  readonly type: string
  readonly body: AsyncIterable<Buffer>
  readonly findings: readonly MailFinding[]
  readonly #screen: PartScreen
  readonly #isReduced: boolean
  #otherDecoders: readonly MakeDecoder[] = []

  constructor(
    private readonly form: Form,
    private readonly walk: Walk,
  ) {
    const { entity } = form
    const [name = '', ...otherNames] = entity.names
    this.name = name
    this.otherNames = otherNames
    this.type = typeOf(entity)
    this.findings = partFindings(entity)
    this.#screen = new PartScreen(entity)
    this.#isReduced = !walk.options.wholeHtml && isHtmlBody(entity)
    this.body = this.#isReduced ? htmlThatRuns(this.#bytes()) : this.#bytes()
  }

  get codings(): readonly string[] {
    const { coding } = this.form
    if (coding !== undefined) return [coding]
    return this.#screen.isGzip ? ['gzip'] : []
  }

  get unscanned(): readonly MailUnscanned[] {
    return this.#screen.unscanned
  }

  get isNothing(): boolean {
    return this.#screen.isNothing
  }

  /** All readers decode it, to the same. */
  get isAlike(): boolean {
    const { decoder, otherEncodings } = this.form
    return decoder !== undefined && otherEncodings.length === 0 && this.#otherDecoders.length === 0
  }

  get readings(): MailReading['readings'] {
    if (!this.#hasWithin) return undefined
    const { form, walk } = this
    const seen = { screen: this.#screen, otherDecoders: this.#otherDecoders }
    if (!this.#isReduced) return (content, signal) => walk.within(form, content, seen, walk, signal)
    return (_, signal) => {
      walk.bounds.countReopened()
      return walk.within(form, { open: () => decoded(form.again.open(), form.decoder) }, seen, walk, signal)
    }
  }

  get #hasWithin(): boolean {
    const { entity, coding, otherEncodings } = this.form
    return (
      coding !== undefined ||
      this.#screen.hasWithin ||
      this.#otherDecoders.length > 0 ||
      otherEncodings.length > 0 ||
      entity.boundaries.length > 0 ||
      isMessage(entity)
    )
  }

  async *#bytes(): AsyncGenerator<Buffer> {
    const { bytes, decoder, isOther } = this.form
    const chunks = decoded(bytes, decoder, (others) => {
      if (isOther !== true) this.#otherDecoders = others
    })
    for await (const chunk of chunks) {
      this.#screen.push(chunk)
      yield chunk
    }
    this.#screen.end()
  }
}
