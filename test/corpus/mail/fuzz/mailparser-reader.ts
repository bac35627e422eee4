/** What mailparser extracts. */
import { setTimeout } from 'node:timers/promises'
import { simpleParser } from 'mailparser'
import { markers } from './payloads.js'

export interface MailparserFound {
  readonly files: readonly Buffer[]
  /** Words of payloads in its texts, which it decodes and joins. */
  readonly words: readonly string[]
}

const NOTHING: MailparserFound = { files: [], words: [] }

/** Who waits longer than that for a mail of a few kilobytes shows nothing of it. */
const PATIENCE_MS = 2000

export async function readByMailparser(mail: Buffer): Promise<MailparserFound> {
  try {
    const options = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true }
    const read = await Promise.race([simpleParser(mail, options), patience()])
    if (read === undefined) return NOTHING
    const { attachments, text, html } = read
    const words = `${text ?? ''} ${html === false ? '' : html}`.match(markers) ?? []
    return { files: attachments.map(({ content }) => content), words: [...new Set(words)] }
  } catch {
    // What it gives up on no reader that is made with it shows.
    return NOTHING
  }
}

function patience(): Promise<undefined> {
  return setTimeout(PATIENCE_MS, undefined, { ref: false })
}
