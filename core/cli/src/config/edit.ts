/** The working copy: `edit KEY=VALUE …`, `compare`, `commit -m TEXT`, `discard`. Nothing of it is in force until it is saved. */
import type { Comparison, Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { administer } from './administer.js'
import { actor, type SaveOptions, saveRequest, tellSaved, withSaveOptions } from './save.js'
import { readChange } from './set.js'

interface EditOptions extends CommonOptions {
  readonly unset?: readonly string[]
}

export function editCommand(): Command {
  const verb = command('edit', 'gather changes in your working copy; nothing of it is in force until you commit')
    .argument('[settings...]', 'KEY=VALUE')
    .option('--unset <keys...>', 'take these back to their defaults')
  return does(verb, edit)
}

async function edit(place: Place, { json, unset = [] }: EditOptions, settings: readonly string[]): Promise<ExitCode> {
  const changes = [...settings.map(readChange), ...unset.map((key) => ({ key }))]
  if (changes.length === 0) throw fail('FSIGK_USAGE', ['Nothing to edit: give KEY=VALUE, or --unset KEY.'])
  await using administration = await administer(place)
  return tellComparison(await administration.edit({ actor: actor(), changes }), json, false)
}

/** 1: it would change something. */
export function compareCommand(): Command {
  const verb = command('compare', 'print what your working copy would change')
  return does(verb, async (place: Place, { json }: CommonOptions) => {
    await using administration = await administer(place)
    return tellComparison(await administration.compare({ actor: actor() }), json, true)
  })
}

export function commitCommand(): Command {
  const verb = command('commit', 'save your working copy as one revision').option('-m, --message <text>', 'why')
  return does(
    withSaveOptions(verb),
    async (place: Place, { message, ...options }: SaveOptions & { message?: string }) => {
      await using administration = await administer(place)
      const comment = message ?? options.comment
      const request = saveRequest(comment === undefined ? options : { ...options, comment })
      return tellSaved(await administration.commit(request), options)
    },
  )
}

/** 1: there was none. */
export function discardCommand(): Command {
  const verb = command('discard', 'throw your working copy away')
  return does(verb, async (place: Place, { json }: CommonOptions) => {
    await using administration = await administer(place)
    const discarded = await administration.discard({ actor: actor() })
    if (json) printJson({ discarded })
    else printLine(discarded ? 'Discarded.' : 'You have no working copy.')
    return discarded ? 0 : 1
  })
}

function tellComparison(comparison: Comparison, json: boolean | undefined, differsIsOne: boolean): ExitCode {
  const { base, revision, diff, conflicts, behind } = comparison
  if (json) printJson(comparison)
  else if (base === null) printLine('You have no working copy.')
  else {
    process.stdout.write(diff)
    if (diff === '') printLine(`Your working copy changes nothing of r${revision}.`)
    if (behind > 0) printLine(`Others have saved since it began at r${base}; it is compared with r${revision}.`)
    if (conflicts.length > 0) printLine(`They changed the same settings, so edit these again: ${conflicts.join(', ')}`)
  }
  return differsIsOne && diff !== '' ? 1 : 0
}
