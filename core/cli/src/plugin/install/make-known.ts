import { openAdministration, type Place } from '@fsigk/host'
import { printProblem } from '../../print.js'

/**
 * Has a running gateway look for its plugins again, and the files of conf/ show their settings.
 * @returns `behind` when a service could not go on with what there is now, which is told
 */
export async function makeKnown(place: Place): Promise<'known' | 'behind'> {
  await using administration = await openAdministration(place)
  const { services } = await administration.reloadPlugins({})
  const behind = services.filter(({ applied }) => !applied)
  for (const { name, because } of behind) printProblem(`service ${name} did not take it: ${because}`, 'fsigk-plugin')
  return behind.length === 0 ? 'known' : 'behind'
}
