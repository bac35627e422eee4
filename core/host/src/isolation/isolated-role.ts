/** The face of an isolated plugin: the role of its kind, whose calls cross and come back. */
import type { Authenticator, Notifier, RoleOf, Scanner, SpamFilter } from '@fsigk/plugin-api'
import type { CallQueue } from './call-queue.js'
import { crossing } from './crossing-content.js'
import type { LogBuffer } from './log-buffer.js'
import type { IsolatedKind } from './plugin-instance.js'

export interface RoleParts {
  readonly queue: CallQueue
  readonly lines: LogBuffer
  definitions(): string
}

export function isolatedRole<K extends IsolatedKind>(kind: K, parts: RoleParts): RoleOf[K] {
  return roles[kind](parts) as RoleOf[K]
}

const roles: { readonly [K in IsolatedKind]: (parts: RoleParts) => RoleOf[K] } = {
  scanner: ({ queue, definitions }): Scanner => ({
    scan: (content, call) => queue.ask('scan', call, () => ({ hook: 'scan', content: crossing(content) })),
    get definitions() {
      return definitions()
    },
  }),
  spam: ({ queue }): SpamFilter => ({
    judge: ({ content, ...mail }, call) =>
      queue.ask('judge', call, () => ({ hook: 'judge', ...mail, content: crossing(content) })),
  }),
  auth: ({ queue }): Authenticator => ({
    authenticate: (credentials, call) =>
      queue.ask('authenticate', call, () => ({ hook: 'authenticate', ...credentials })),
  }),
  notifier: ({ queue }): Notifier => ({
    notify: (notice, call) => queue.ask('notify', call, () => ({ hook: 'notify', ...notice })),
  }),
  log: ({ lines }) => ({ write: (log, service, text) => lines.add({ log, service, lines: text }) }),
}
