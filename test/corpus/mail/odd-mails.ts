/** The corpus of odd mails: every way that we know to write a mail whose attachment some reader finds, and another does not. */
import { EICAR } from '../../peers/samples.js'
import { oddBoundaries } from './odd-boundaries.js'
import { oddEmbedded } from './odd-embedded.js'
import { oddEncodings } from './odd-encodings.js'
import { type OddMail, payloadOf, wire } from './odd-mail.js'
import { oddStructures } from './odd-structures.js'
import { oddValues } from './odd-values.js'

/** @param bytes what each of them holds; without 0x90 and without runs */
export function oddMailsWith(bytes: Buffer): readonly OddMail[] {
  const payload = payloadOf(bytes)
  return [...oddEncodings, ...oddBoundaries, ...oddStructures, ...oddEmbedded, ...oddValues].map(
    ([title, text, valid]) => ({
      title,
      message: wire(text(payload)),
      ...(valid !== undefined && { isValid: true as const }),
    }),
  )
}

/** Each with the EICAR test file in it. */
export const oddMails: readonly OddMail[] = oddMailsWith(EICAR)
