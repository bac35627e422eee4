/** What systems leave out at the end of a name: Windows drops dots and spaces, and what follows a colon names a stream. */
const DROPPED = /(?:::?\$data|[. ])+$/

/**
 * Whether a name ends in one of these, as it stands or as systems store it.
 *
 * @param endings lower case
 */
export function endsInOne(name: string, endings: readonly string[]): boolean {
  const lower = name.toLowerCase()
  const stored = lower.replace(DROPPED, '')
  return endings.some((ending) => lower.endsWith(ending) || stored.endsWith(ending))
}
