/**
 * Looks for active content in HTML and XML: scripts, and ActiveX. Words are looked for wherever they stand, whether or not
 * a parser would be inside a tag, a comment or a quoted value there: readers disagree about that, and a page that only shows
 * how a script is written is the lesser harm.
 */
import { MarkupText, UnreferencedText, Utf7Text } from './markup-text.js'

export type ActiveContent = 'script' | 'activex'

/** Scripts as they stand in the markup. Text is in lower case, white space is one space. */
const scriptMarkup = [
  // Of any namespace: <svg:script>, <msxsl:script>.
  /<(?:[^<>\s:/]{1,64}:)?script[ />]/,
  /[ "'/;]on[a-z]{3,40} ?=/,
  /-moz-binding ?:/,
  /behaviou?r ?: ?url/,
] as const

/** Scripts in values, where references stand for characters and white space is skipped. */
const scriptValues = [
  /(?:java|vb|j|live|ecma)script:/,
  /data:(?:text\/(?:html|javascript|ecmascript)|application\/(?:xhtml\+xml|javascript|ecmascript))/,
] as const

/** What a value holds that is markup itself (`srcdoc`), or an XML entity. */
const embedsMarkup = /srcdoc ?=|<!entity /
const embeddedScript = /<(?:[^<>:/]{1,64}:)?script|<[a-z][^<>]{0,500}["'/]?on[a-z]{3,40}=/

const activexMarkup = [/<(?:[^<>\s:/]{1,64}:)?applet[ />]/, /activexobject/, /application\/x-oleobject/] as const
const activexElement = /<(?:[^<>\s:/]{1,64}:)?(?:object|embed)[ />]/
const activexAttribute = /[ "'/](?:classid|pluginspage|codebase) ?=/
const activexValues = [/clsid:[{]?[0-9a-f]{8}-/] as const

/** No pattern is longer. */
const OVERLAP = 640

const names = /\.(?:[sx]?html?|xht|hta|htc|mhtml?|svgz?|xml|xslt?|vml)$/i
/** Of multipart bodies, those that readers show as pages; what is in others is looked at part by part. */
const types = /html|\bxml\b|\bsvg\b|message\/|multipart\/(?:related|mixed|alternative|x-mixed-replace)/i

/** How browsers tell HTML by its beginning (WHATWG MIME Sniffing, 7.1), and XML. */
const beginning =
  /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)? ?<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg|!--|\?xml)[ >/-]?/

/** So much of a body tells whether it is markup. */
export const SNIFFED_BYTES = 1445

/**
 * Whether a reader may take this for HTML or XML.
 *
 * @param start the first 1,445 bytes or more
 */
export function mayBeMarkup(type: string, name: string, start: Buffer): boolean {
  if (types.test(type) || names.test(name)) return true
  return beginning.test(new MarkupText().push(start.subarray(0, SNIFFED_BYTES)))
}

/** Browsers look no further for the name of an encoding than 1,024 bytes. */
const START_BYTES = 4096

export class MarkupScreen {
  readonly found = new Set<ActiveContent>()
  readonly #plain = new Reading(this.found)
  #utf7: { readonly text: Utf7Text; readonly reading: Reading } | undefined
  /** What came first, until there is enough of it to tell the encoding. */
  #start: Buffer | undefined = Buffer.alloc(0)

  /** @param type the Content-Type, which may name UTF-7 */
  constructor(private readonly type: string) {}

  push(bytes: Buffer): void {
    const start = this.#start === undefined ? undefined : Buffer.concat([this.#start, bytes])
    if (start === undefined) this.#look(bytes)
    else if (start.length >= START_BYTES) this.#begin(start)
    else this.#start = start
  }

  end(): void {
    if (this.#start !== undefined) this.#begin(this.#start)
    // What a word would need behind it may be missing.
    this.#look(Buffer.from(' '))
  }

  #look(bytes: Buffer): void {
    this.#plain.push(bytes)
    this.#utf7?.reading.push(this.#utf7.text.push(bytes))
  }

  /** UTF-7 is what it says it is, or has an encoded `<` early. */
  #begin(bytes: Buffer): void {
    this.#start = undefined
    const start = new MarkupText().push(bytes)
    if (/utf-?7/i.test(this.type) || /utf-?7|\+adw/.test(start))
      this.#utf7 = { text: new Utf7Text(), reading: new Reading(this.found) }
    this.#look(bytes)
  }
}

/** One way to understand the bytes. */
class Reading {
  readonly #markup = new MarkupText()
  readonly #values = new UnreferencedText()
  #markupTail = ''
  #valueTail = ''
  #hasElement = false
  #hasAttribute = false
  #embeds = false

  constructor(private readonly found: Set<ActiveContent>) {}

  push(bytes: Buffer): void {
    const news = this.#markup.push(bytes)
    const markup = this.#markupTail + news
    const values = this.#valueTail + this.#values.push(news)
    this.#markupTail = markup.slice(-OVERLAP)
    this.#valueTail = values.slice(-OVERLAP)
    this.#embeds ||= embedsMarkup.test(markup)
    this.#hasElement ||= activexElement.test(markup)
    this.#hasAttribute ||= activexAttribute.test(markup)
    if (holds(scriptMarkup, markup) || holds(scriptValues, values)) this.found.add('script')
    if (this.#embeds && embeddedScript.test(values)) this.found.add('script')
    if (holds(activexMarkup, markup) || holds(activexValues, values)) this.found.add('activex')
    if (this.#hasElement && this.#hasAttribute) this.found.add('activex')
  }
}

function holds(patterns: readonly RegExp[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text))
}
