/** The errors of this package. `core/docs/errors/host.md` tells an administrator what to do about each. */
import { cut, printable } from '@fsigk/config'
import { defineErrors } from '@fsigk/plugin-api'

export const hostErrors = {
  FSIGK_HOME_NOT_WRITABLE: (folder: string, problem: string) =>
    `Folder '${folder}' cannot be used (${problem}). Make it writable for this user, or name another folder in FSIGK_HOME.`,
  FSIGK_HOME_IN_USE: (home: string, holder: string) =>
    `Another fsigk (${holder}) already runs on the home '${home}'. Stop it with 'fsigk stop', or name another folder in FSIGK_HOME.`,
  FSIGK_STORE_DAMAGED: (file: string, problem: string) =>
    `The history of settings in '${file}' is damaged: ${problem}. Nothing was changed. 'fsigk config verify' says more, 'fsigk config repair' goes back to the last good revision; or restore it together with '${file}.head' from a backup.`,
  FSIGK_STORE_NEWER: (file: string, problem: string) =>
    `The history of settings in '${file}' cannot be used by this release: ${problem} Install that release, or restore a backup that was made with this one.`,
  FSIGK_STORE_IN_USE: (home: string, holder: string) =>
    `A gateway (${holder}) runs on the home '${home}' and has its history open. Stop it with 'fsigk stop', then repair.`,
  FSIGK_CONFIRM_INVALID: (what: string, rule: string) => `Nothing was changed: ${what} ${rule}.`,
  FSIGK_GUARD_INVALID: (word: string) =>
    `Nothing was changed: '${word}' is no guard. There are listeners, errors=5%, unscanned=5% and own-address=192.0.2.7.`,
  FSIGK_WORKING_COPY_NONE: () =>
    "Nothing was changed: you have no working copy. Begin one by 'fsigk config edit KEY=VALUE'.",
  FSIGK_WORKING_COPY_CONFLICT: (base: number, revision: number, keys: string) =>
    `Nothing was changed: your working copy began at r${base}, and since then, up to r${revision}, others changed ${keys}. See 'fsigk config compare', then edit these again, or discard.`,
  FSIGK_WORKING_COPY_UNREADABLE: (path: string, reason: string) =>
    `The working copy in '${path}' cannot be read: ${reason}. Remove the file, or 'fsigk config discard'.`,
  FSIGK_DECISION_UNKNOWN: (id: string, rule: string) => `Nothing is known of '${id}': ${rule}.`,
  FSIGK_DRILL_NOT_HELD: (service: string, problem: string) =>
    `The drill of ${service} could not be held: ${problem}. The gateway itself is not touched by it.`,
  FSIGK_EXPORT_SECRETS: (keys: string, rule: string) =>
    `Nothing was exported: the secrets ${keys} ${rule}. Say --passphrase-file to seal them for the export, or --without-secrets to leave them out.`,
  FSIGK_BUNDLE_INVALID: (rule: string) => `Nothing was changed: the exported configuration cannot be used: ${rule}.`,
  FSIGK_BUNDLE_PASSPHRASE: (rule: string) =>
    `Nothing was changed: the secrets of the exported configuration ${rule}. Give the passphrase of the export by --passphrase-file.`,
  FSIGK_SECRET_KEY: (problem: string) => `Nothing was changed: a secret cannot be sealed, since ${problem}.`,
  FSIGK_PROPOSAL_UNKNOWN: (id: string) =>
    `No change waits for approval under '${printable(cut(id))}'. 'fsigk config proposals' lists those that do; they are kept for a week.`,
  FSIGK_PROPOSAL_OWN: (id: string) => `'${id}' is your own proposal; another administrator must approve it.`,
  FSIGK_PROPOSAL_OUTDATED: (id: string) =>
    `Nothing was changed: since '${id}' was proposed, settings that it would change were changed otherwise. Reject it, and propose again.`,
  FSIGK_PROPOSALS_FULL: (most: number) =>
    `Nothing was changed: ${most} changes wait for approval already. Approve or reject some first.`,
  FSIGK_SETTING_UNKNOWN: (refused: string) => `${refused}${refused.endsWith('?') ? '' : '.'}`,
  FSIGK_TIME_INVALID: (given: string) =>
    `'${given}' is no time: it must be an ISO 8601 date, like 2026-01-31 or 2026-01-31T13:00:00Z.`,
  FSIGK_CONF_FILE_UNKNOWN: (name: string, names: string) =>
    `'${name}' is no file of conf/; there are ${names}. Nothing was changed.`,
  FSIGK_CONF_FILE_TOO_LARGE: (name: string, bytes: number, most: number) =>
    `The file for ${name} has ${bytes} bytes; at most ${most} are taken in. Nothing was changed.`,
  FSIGK_CONF_FILE_REFUSED: (name: string, because: string) =>
    `The file for ${name} cannot be taken in: ${because}. Nothing was changed.`,
  FSIGK_NOT_RUNNING: (home: string) => `No fsigk runs on the home '${home}'. Start it with 'fsigk run'.`,
  FSIGK_PLUGIN_MANIFEST: (folder: string, rule: string) =>
    `The plugin in '${folder}' has no valid manifest: ${rule}. Correct its package.json, or remove the folder.`,
  FSIGK_PLUGIN_API_MISMATCH: (id: string, wants: number, has: number) =>
    `Plugin '${id}' is built for plugin API ${wants}; this gateway speaks ${has}. Install a version of it that is built for API ${has}.`,
  FSIGK_PLUGIN_CLASH: (folder: string, what: string, other: string) =>
    `The plugin in '${folder}' has the same ${what} as the one in '${other}', which is used. Remove one of them.`,
  FSIGK_PLUGIN_SCHEMA: (id: string, file: string, rule: string) =>
    `Plugin '${id}' has no valid settings schema in '${file}': ${rule}. Build the plugin again (fsigk-settings-schema).`,
  FSIGK_PLUGIN_ENTRY: (id: string, rule: string) =>
    `Plugin '${id}' has no code to load: ${rule}. Build the plugin, or correct "exports" in its package.json.`,
  FSIGK_PLUGIN_INTEGRITY: (id: string, problem: string) =>
    `Plugin '${id}' is not what was installed: ${problem}. Install it again, or remove it by 'fsigk-plugin remove ${id}'.`,
  FSIGK_PLUGIN_INSTALLED_FILE: (file: string, problem: string) =>
    `What is installed cannot be read from '${file}' (${problem}), so that no plugin beside it is used. Restore the file, or install the plugins again.`,
  FSIGK_PLUGIN_DEPENDENCY: (id: string, missing: string) =>
    `Plugin '${id}' needs ${missing}, which is not there. Install it again by 'fsigk-plugin install', which brings what it needs.`,
  FSIGK_PLUGIN_MISSING: (id: string, setting: string) =>
    `${setting} names the plugin '${id}', which is not installed or was left out. Install it, or take it out of ${setting}.`,
  FSIGK_PLUGIN_KIND: (id: string, kind: string, wanted: string) =>
    `Plugin '${id}' is of kind ${kind}, and a ${wanted} is needed there.`,
  FSIGK_PLUGIN_LOAD: (id: string, problem: string) =>
    `Plugin '${id}' could not be loaded: ${problem}. Rebuild or reinstall it.`,
  FSIGK_PLUGIN_TIMEOUT: (id: string, step: string, ms: number) =>
    `Plugin '${id}' did not finish ${step}() within ${ms} ms. It may be waiting for something that does not answer.`,
  FSIGK_PLUGIN_FAILED: (id: string, step: string, problem: string) => `Plugin '${id}' failed in ${step}(): ${problem}`,
  FSIGK_PLUGIN_ENDED: (id: string, hook: string, because: string) =>
    `Plugin '${id}' ended while it was at work in ${hook}(): ${because}. It is begun again by itself.`,
  FSIGK_PLUGIN_DOWN: (id: string, because: string) =>
    `Plugin '${id}' is down: ${because}. It is begun again by itself.`,
  FSIGK_PLUGIN_BUSY: (id: string, hook: string, calls: number) =>
    `Plugin '${id}' has no room for another ${hook}(): ${calls} calls wait for it already.`,
  FSIGK_PLUGIN_ANSWER: (id: string, hook: string, rule: string) =>
    `Plugin '${id}' answered in ${hook}() what its kind cannot answer: ${rule}.`,
  FSIGK_CONTENT_CANNOT_CROSS: () =>
    'Content that is neither in memory nor in a file cannot be handed to a plugin in another thread or process.',
  FSIGK_CONTENT_TRUNCATED: (bytes: number, at: number) =>
    `The spool file should hold ${bytes} bytes and ends at ${at}.`,
  FSIGK_WORKER_START: (service: string, problem: string) =>
    `A worker of service '${service}' did not start: ${problem}`,
  FSIGK_SHARED_STATE_LIMIT: (what: string, limit: number) => `Shared state holds at most ${limit} ${what}.`,
  FSIGK_CONTROL_SOCKET: (path: string, problem: string) =>
    `The control socket '${path}' failed: ${problem}. Try again; if it stays so, restart the gateway.`,
  FSIGK_CONTROL_DENIED: (path: string) =>
    `The control socket '${path}' is not for this user. Run the command as the user who runs the gateway, or as root.`,
  FSIGK_CONTROL_REQUEST: (rule: string) => `The request over the control socket was not understood: ${rule}`,
  FSIGK_UNEXPECTED: (problem: string) => `Something unexpected went wrong: ${problem}. See log/fsigk.log.`,
  FSIGK_STOPPING: () =>
    'The gateway is stopping and takes no more commands. Try again when it has stopped or restarted.',
} as const

export const fail = defineErrors(hostErrors)

/** A caught value as one line of text. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()
}
