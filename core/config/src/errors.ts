import { defineErrors } from '@fsigk/plugin-api'

const MAX_LISTED = 20

function shortList(words: readonly string[]): string {
  return words.slice(0, MAX_LISTED).join(', ') + (words.length > MAX_LISTED ? ', …' : '')
}

/** The errors of this package; `core/docs/errors/config.md` says when each is met and what to do. */
export const catalogue = {
  FSIGK_SECTION_INVALID: (where: string, rule: string) => `The settings schema is not valid at ${where}: ${rule}.`,
  FSIGK_SECTION_TWICE: (section: string) =>
    `Two settings schemas declare the section '${section}'. Remove one of the plugins, or rename its section.`,
  FSIGK_SETTINGS_INVALID: (refused: string) => `Nothing was changed: ${refused}${refused.endsWith('?') ? '' : '.'}`,
  FSIGK_COMMAND_INVALID: (what: string, rule: string) => `Nothing was changed: the ${what} ${rule}.`,
  FSIGK_REVISION_CONFLICT: (current: number, expected: number, keys: readonly string[]) =>
    `Nothing was changed: the settings are at revision ${current}, not at ${expected} as this change expects. ${
      expected < current
        ? `Changed since: ${shortList(keys)}. See 'fsigk config diff ${expected} ${current}', then change again.`
        : `There is no revision ${expected} yet.`
    }`,
  FSIGK_APPROVAL_NEEDED: (keys: readonly string[]) =>
    `Nothing was changed: ${shortList(keys)} can run a program or open the gateway, so that a second administrator must approve (config.four_eyes). Change it by 'fsigk config set', and have it approved.`,
  FSIGK_REVISION_PENDING: (revision: number, actor: string, until: string) =>
    `Nothing was changed: r${revision} by ${actor} waits to be confirmed until ${until}. Keep it by 'fsigk config confirm' or give it up by 'fsigk config abort', then change again.`,
  FSIGK_CONFIRM_NOTHING: () => 'No revision waits to be confirmed.',
  FSIGK_REVERT_CONFLICT: (revision: number, conflicts: string) =>
    `Nothing was changed: r${revision} cannot be undone, since ${conflicts}. Undo one setting of it by --key, or roll back.`,
  FSIGK_REVISION_BUSY: (attempts: number) =>
    `Nothing was changed: others kept saving settings, ${attempts} times in a row. Try again.`,
  FSIGK_REVISION_UNKNOWN: (asked: string, rule: string) => `There is no revision ${asked}: ${rule}.`,
  FSIGK_PROJECTION_UNKNOWN: (name: string, names: string) => `There is no file '${name}'; there are ${names}.`,
  FSIGK_PROJECTION_NOT_WRITTEN: (path: string, reason: string) => `'${path}' cannot be written: ${reason}.`,
  FSIGK_TEMPLATE_UNREADABLE: (path: string, reason: string) =>
    `The shipped template '${path}' cannot be used: ${reason}. Install the product again.`,
  FSIGK_EVENT_UNREADABLE: (stream: string, version: number, reason: string) =>
    `Event ${version} of stream '${stream}' cannot be read: ${reason}.`,
} as const

export const fail = defineErrors(catalogue)
