/** What a server offers, without what would hide mail from the gateway or change how it comes (guide 11.9). */
import { clearMechanisms } from '@fsigk/mail'
import type { Reply } from '../reply.js'

/** The guide's. A message comes by DATA in lines, in the clear, and a command at a time. */
const REMOVED: ReadonlySet<string> = new Set(['CHUNKING', 'BINARYMIME', 'PIPELINING', 'STARTTLS'])

/**
 * @param reply to EHLO; its first line names the server
 * @param maxBytes the longest message that the gateway takes
 */
export function offeredReply({ code, lines }: Reply, maxBytes: number): Reply {
  const [server = '', ...offers] = lines
  return { code, lines: [server, ...offers.flatMap((offer) => offeredLine(offer, maxBytes))] }
}

/** Whether the server's replies carry enhanced status codes (RFC 2034), so that ours do too. */
export function offersStatusCodes({ lines }: Reply): boolean {
  return lines.slice(1).some((line) => line.trim().toUpperCase() === 'ENHANCEDSTATUSCODES')
}

function offeredLine(line: string, maxBytes: number): readonly string[] {
  // `AUTH=LOGIN` is what clients of before RFC 2554 look for.
  const [, keyword = '', mark = '', rest = ''] = /^\s*([^\s=]*)(\s*=?\s*)(.*)$/.exec(line) ?? []
  const name = keyword.toUpperCase()
  if (REMOVED.has(name)) return []
  if (name === 'SIZE') return [`${keyword} ${smallerOf(rest, maxBytes)}`]
  if (name !== 'AUTH') return [line]
  const mechanisms = clearMechanisms(rest.split(/\s+/).filter((word) => word !== ''))
  return mechanisms.length === 0 ? [] : [`${keyword}${mark}${mechanisms.join(' ')}`]
}

/** No number, or 0, is no limit (RFC 1870, 4). */
function smallerOf(size: string, maxBytes: number): number {
  const bytes = /^\d+$/.test(size) ? Number(size) : 0
  return bytes === 0 ? maxBytes : Math.min(bytes, maxBytes)
}
