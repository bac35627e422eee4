import { type Administration, openAdministration, type Place } from '@fsigk/host'
import { printProblem } from '../print.js'

/** Opens the home for a verb of `fsigk config`; whoever comes while a revision waits to be confirmed is told so. */
export async function administer(place: Place): Promise<Administration> {
  const administration = await openAdministration(place)
  const pending = await administration.pending({}).catch(() => null)
  if (pending !== null)
    printProblem(
      `r${pending.revision} by ${pending.actor} waits to be confirmed until ${pending.until}: fsigk config confirm | abort`,
    )
  return administration
}
