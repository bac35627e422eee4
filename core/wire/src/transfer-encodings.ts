/** Content-Transfer-Encoding (RFC 2045, 6) by its name. */
import { Base64Decoder } from './mail/codecs/base64.js'
import type { TransferDecoder } from './mail/codecs/decoder.js'
import { QuotedPrintableDecoder } from './mail/codecs/quoted-printable.js'
import { UuencodeDecoder } from './mail/codecs/uuencode.js'

/**
 * Decodes as lenient readers do: what does not belong is skipped.
 *
 * @param encoding the field's value
 * @returns undefined for an encoding that changes nothing, or that is unknown
 */
export function transferDecoder(encoding: string): TransferDecoder | undefined {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return new Base64Decoder()
    case 'quoted-printable':
      return new QuotedPrintableDecoder()
    case 'uuencode':
    case 'x-uuencode':
    case 'uue':
    case 'x-uue':
      return new UuencodeDecoder()
    default:
      return undefined
  }
}
