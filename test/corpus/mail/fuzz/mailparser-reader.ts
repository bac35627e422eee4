/** What mailparser extracts. */
import { simpleParser } from 'mailparser'
import { markers } from './payloads.js'

export interface MailparserFound {
  readonly files: readonly Buffer[]
  /** Words of payloads in its texts, which it decodes and joins. */
  readonly words: readonly string[]
}

const NOTHING: MailparserFound = { files: [], words: [] }

export async function readByMailparser(mail: Buffer): Promise<MailparserFound> {
  try {
    const options = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true }
    const { attachments, text, html } = await simpleParser(mail, options)
    const words = `${text ?? ''} ${html === false ? '' : html}`.match(markers) ?? []
    return { files: attachments.map(({ content }) => content), words: [...new Set(words)] }
  } catch {
    // What it gives up on no reader that is made with it shows.
    return NOTHING
  }
}
