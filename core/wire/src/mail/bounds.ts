/** What a mail may cost. Beyond one of these it is not read to its end, and so never called clean. */
import { WireFault } from '../wire-fault.js'

/** Of one header. Lists of 40,000 recipients stay below. */
export const MAX_HEADER_BYTES = 2_097_152
export const MAX_HEADER_LINES = 50_000

/** Multiparts in multiparts. */
export const MAX_LEVELS = 32

/** Of all multiparts that are open together, each of which may have several. */
export const MAX_BOUNDARIES = 64

/** Of one mail, or of one body of a multipart; also those that begin no part, of which there may be more. */
export const MAX_BOUNDARY_LINES = 5000

/** Mails in mails, and whatever else is read only once something around it has been taken off. */
const MAX_DEPTH = 16

/** Of one mail, with what is in its parts. */
const MAX_PARTS = 1000

/** How often a content is opened anew to be read in another way. */
const MAX_REOPENED = 100

/** What all readings of one mail share. */
export class Bounds {
  #parts = 0
  #reopened = 0

  /** @throws WireFault */
  countPart(): void {
    if (++this.#parts > MAX_PARTS) throw new WireFault(`more than ${MAX_PARTS} parts`)
  }

  /** @throws WireFault */
  countReopened(): void {
    if (++this.#reopened > MAX_REOPENED) throw new WireFault(`more than ${MAX_REOPENED} ways to read it`)
  }

  /** @throws WireFault */
  checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) throw new WireFault(`mails in mails, ${depth} deep`)
  }
}
