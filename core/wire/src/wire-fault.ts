/** What was read is not in the form that it claims, or in more than one: it has no reading that all readers share. */
export class WireFault extends Error {
  override readonly name = 'WireFault'
}
