/**
 * HTML reduced to what can run or load something: tags with their attributes, comments, scripts and styles. Text that is
 * only shown is left out. From where two readers may not agree what is text, everything stays.
 */

/** Elements whose text is no text. */
const keptElement = /^<(?:[a-z][\w.-]{0,32}:)?(script|style|xml)(?=[\s/>]|$)/i
const keptElements = /<(\/?)(?:[a-z][\w.-]{0,32}:)?(?:script|style|xml)[\s/>]/gi

/** Alphabets in which ASCII does not stand for itself: zero bytes, escapes of ISO-2022, UTF-7. */
const otherAlphabet = /[\0\x1b]|\+[A-Za-z0-9+/]{3}|utf-?7/i

/** Longer than a tag, a comment or a script is in a mail. */
const MAX_PIECE_CHARACTERS = 1_048_576

/** No mark of another alphabet is longer. */
const MARK_CHARACTERS = 6

/** No name of an element that counts is longer, with its prefix. */
const MAX_NAME_CHARACTERS = 48

/** What stands from where one begins: its end, or that it is not here, or that readers may differ about it. */
type End = number | 'open' | 'doubtful'

/** @param chunks of the HTML, in any alphabet */
export async function* htmlThatRuns(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const reducer = new HtmlReducer()
  for await (const chunk of chunks) {
    const kept = reducer.push(chunk.toString('latin1'), false)
    if (kept !== '') yield Buffer.from(kept, 'latin1')
  }
  const kept = reducer.push('', true)
  if (kept !== '') yield Buffer.from(kept, 'latin1')
}

class HtmlReducer {
  #rest = ''
  #keepsAll = false

  push(chunk: string, isLast: boolean): string {
    const text = this.#rest + chunk
    this.#rest = ''
    this.#keepsAll ||= otherAlphabet.test(text)
    let kept = ''
    let at = 0
    while (!this.#keepsAll) {
      const from = text.indexOf('<', at)
      if (from === -1) {
        this.#rest = text.slice(Math.max(at, text.length - MARK_CHARACTERS))
        return kept
      }
      const end = text.length - from < MAX_NAME_CHARACTERS && !isLast ? 'open' : pieceEnd(text, from)
      if (typeof end === 'number') {
        kept += text.slice(from, end)
        at = end
        continue
      }
      if (end === 'open' && !isLast && text.length - from < MAX_PIECE_CHARACTERS) {
        this.#rest = text.slice(from)
        return kept
      }
      this.#keepsAll = true
      at = from
    }
    return kept + text.slice(at)
  }
}

/** The end of the tag, comment or element that begins at `from`. */
function pieceEnd(text: string, from: number): End {
  if (text.startsWith('<!--', from)) return commentEnd(text, from)
  const next = text[from + 1] ?? ''
  if (next === '!' || next === '?') return behind(text, '>', from)
  // No browser begins a tag so, and an arithmetic sign is text.
  if (/[\s\d=<]/.test(next)) return from + 1
  const end = tagEnd(text, from)
  const name = keptElement.exec(text.slice(from, from + MAX_NAME_CHARACTERS))?.[1]
  if (name === undefined || typeof end !== 'number') return end
  return elementEnd(text, end, name)
}

/** A value may hold a `>`. A quotation mark that begins no value does for some and does not for others. */
function tagEnd(text: string, from: number): End {
  const mark = /["'>]/g
  mark.lastIndex = from
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] === '>') return found.index + 1
    if (!/=\s*$/.test(text.slice(Math.max(from, found.index - 32), found.index))) return 'doubtful'
    const end = text.indexOf(found[0], found.index + 1)
    if (end === -1) return 'open'
    mark.lastIndex = end + 1
  }
  return 'open'
}

/** Some end one earlier, and see what is in it as markup. */
function commentEnd(text: string, from: number): End {
  const end = behind(text, '-->', from + 4)
  if (typeof end !== 'number') return end
  const comment = text.slice(from + 4, end)
  return /^-?>|--!>/.test(comment) || leavesElementOpen(comment) ? 'doubtful' : end
}

function leavesElementOpen(markup: string): boolean {
  let isOpen = false
  for (const [, slash] of markup.matchAll(keptElements)) isOpen = slash === ''
  return isOpen
}

/** Inside of a comment in it, a script does not end for the newer browsers. */
function elementEnd(text: string, from: number, name: string): End {
  const close = new RegExp(`</(?:[a-z][\\w.-]{0,32}:)?${name}`, 'gi')
  close.lastIndex = from
  const found = close.exec(text)
  if (found === null) return 'open'
  const content = text.slice(from, found.index)
  return content.includes('<!--') && /<script/i.test(content) ? 'doubtful' : tagEnd(text, found.index)
}

function behind(text: string, mark: string, from: number): End {
  const at = text.indexOf(mark, from)
  return at === -1 ? 'open' : at + mark.length
}
