/** Everything that can be asked of a gateway: a name, and the file that says what it is. */
import type { Call } from './call.js'
import { blame } from './calls/blame.js'
import { change } from './calls/change.js'
import { check } from './calls/check.js'
import { configStatus } from './calls/config-status.js'
import { abort, confirm, pending } from './calls/confirm.js'
import { diff } from './calls/diff.js'
import { drift } from './calls/drift.js'
import { commit, compare, discard, edit } from './calls/edit.js'
import { exportAll } from './calls/export.js'
import { facts } from './calls/facts.js'
import { follow } from './calls/follow.js'
import { history } from './calls/history.js'
import { importAll } from './calls/import-all.js'
import { importFiles } from './calls/import-files.js'
import { list } from './calls/list.js'
import { approve, proposals, reject } from './calls/proposals.js'
import { reloadPlugins } from './calls/reload-plugins.js'
import { restore } from './calls/restore.js'
import { revert } from './calls/revert.js'
import { rollback } from './calls/rollback.js'
import { show } from './calls/show.js'
import { status } from './calls/status.js'
import { verify } from './calls/verify.js'
import { why } from './calls/why.js'

export const calls = {
  abort,
  approve,
  blame,
  change,
  check,
  commit,
  compare,
  configStatus,
  confirm,
  diff,
  discard,
  edit,
  facts,
  follow,
  drift,
  history,
  exportAll,
  importAll,
  importFiles,
  list,
  pending,
  proposals,
  reject,
  reloadPlugins,
  restore,
  revert,
  rollback,
  show,
  status,
  verify,
  why,
} as const

export type Calls = typeof calls
export type CallName = keyof Calls

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name)
}

type Asked<C> = C extends Call<infer Q, infer A> ? (request: Q) => Promise<A> : never

/** One function a call of the table in `calls.ts`; a call without parameters is given `{}`. */
export type Administration = { readonly [K in CallName]: Asked<Calls[K]> } & AsyncDisposable
