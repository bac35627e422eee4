import type { TransferDecoder } from '../../../src/mail/codecs/decoder.js'

/** What one decoder makes of the text when it comes in two pieces, cut at `at`. */
export function decoded(decoder: TransferDecoder, text: Buffer, at = text.length): Buffer {
  return Buffer.concat([decoder.push(text.subarray(0, at)), decoder.push(text.subarray(at)), decoder.end()])
}

/** What all readers make of it: the usual first, then the others. */
export function allForms(make: () => TransferDecoder, text: Buffer, at = text.length): readonly string[] {
  const usual = make()
  const forms = [decoded(usual, text, at)]
  for (const other of usual.others()) forms.push(decoded(other(), text, at))
  return forms.map((form) => form.toString('latin1'))
}
