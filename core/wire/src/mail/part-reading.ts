/** One form of one part, as a reading. */
import { encryptedByHeader } from './encrypted.js'
import type { Entity } from './entity.js'
import { partFindings } from './findings.js'
import type { Form, Walk } from './form.js'
import type { MailFinding, MailReading, MailUnscanned } from './mail-reading.js'
import { isHtmlBody, isMessage, isTextBody } from './part-kinds.js'
import { PartScreen } from './part-screen.js'

/** Gives a form, or, where the settings leave it out, what is in it. */
export async function* readForm(form: Form, walk: Walk, signal: AbortSignal): AsyncGenerator<MailReading> {
  const reading = new PartReading(form, walk)
  if (isGiven(form, walk)) {
    walk.bounds.countPart()
    yield reading
    return
  }
  for await (const _ of reading.body) signal.throwIfAborted()
  const { readings } = reading
  if (!form.isBetween || !walk.options.text || reading.isNothing) {
    if (readings === undefined) return
    walk.bounds.countReopened()
    yield* readings(form.again, signal)
    return
  }
  walk.bounds.countReopened()
  walk.bounds.countPart()
  yield new PartReading({ ...form, bytes: form.again.open() }, walk)
}

/** Text between parts is looked at first: mostly it is nothing. */
function isGiven({ entity, isBetween }: Form, { options }: Walk): boolean {
  return !isBetween && (options.text || !isTextBody(entity))
}

/** What only the header of a multipart says: it is refused, or unreadable, or has a name. */
export function* readMultipart(entity: Entity, { bounds }: Walk): Generator<MailReading> {
  const findings = partFindings(entity)
  const unscanned = encryptedByHeader(entity)
  const [name = '', ...otherNames] = entity.names
  if (findings.length === 0 && unscanned.length === 0 && name === '') return
  bounds.countPart()
  const type = entity.types[0] ?? ''
  yield { name, otherNames, type, body: nothing(), codings: [], findings, unscanned, readings: undefined }
}

async function* nothing(): AsyncGenerator<Buffer> {}

class PartReading implements MailReading {
  readonly name: string
  readonly otherNames: readonly string[]
  readonly type: string
  readonly body: AsyncIterable<Buffer>
  readonly findings: readonly MailFinding[]
  readonly unscanned: readonly MailUnscanned[]
  readonly #screen: PartScreen
  readonly #isReduced: boolean

  constructor(
    private readonly form: Form,
    private readonly walk: Walk,
  ) {
    const { entity } = form
    const [name = '', ...otherNames] = entity.names
    this.name = name
    this.otherNames = otherNames
    this.type = entity.types[0] ?? ''
    this.findings = partFindings(entity)
    this.#screen = new PartScreen(entity)
    this.unscanned = this.#screen.unscanned
    this.#isReduced = !walk.options.wholeHtml && isHtmlBody(entity)
    this.body = this.#read()
  }

  get codings(): readonly string[] {
    return this.#screen.isGzip ? ['gzip'] : []
  }

  get isNothing(): boolean {
    return this.#screen.isNothing
  }

  get readings(): MailReading['readings'] {
    if (!hasWithin(this.form, this.#screen)) return undefined
    const { form, walk } = this
    return (content, signal) => walk.within(form, this.#isReduced ? form.again : content, this.#screen, walk, signal)
  }

  async *#read(): AsyncGenerator<Buffer> {
    for await (const chunk of this.form.bytes) {
      this.#screen.push(chunk)
      yield chunk
    }
    this.#screen.end()
  }
}

/** Whether there may be something in it. */
function hasWithin({ entity, otherEncodings }: Form, screen: PartScreen): boolean {
  return (
    screen.isGzip ||
    screen.looksLikeMail ||
    screen.hasParts ||
    otherEncodings.length > 0 ||
    entity.boundaries.length > 0 ||
    isMessage(entity)
  )
}
