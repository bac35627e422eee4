/** Parts of mail that the administrator does not want scanned, by their file names (`pass_ext`; guide 7.1.1.2, 7.1.1.3). */
import { listWords, type Reading } from '@fsigk/plugin-api'

export interface SkipSettings {
  readonly pass_ext?: boolean
  readonly pass_ext_list?: string
}

const prepared = new WeakMap<SkipSettings, readonly string[]>()

/** Lower case; none when nothing is skipped. Split once for each revision. */
function endingsOf(settings: SkipSettings): readonly string[] {
  if (settings.pass_ext !== true) return []
  const known = prepared.get(settings)
  if (known !== undefined) return known
  const endings = listWords((settings.pass_ext_list ?? '').toLowerCase())
  prepared.set(settings, endings)
  return endings
}

export function skipsParts(settings: SkipSettings): boolean {
  return endingsOf(settings).length > 0
}

/** Whatever a reader may give another name is not skipped by one. */
export function isSkipped(settings: SkipSettings, { name, otherNames = [] }: Reading): boolean {
  const endings = endingsOf(settings)
  const isListed = (each: string) => endings.some((ending) => each.toLowerCase().endsWith(ending))
  return isListed(name) && otherNames.every(isListed)
}
