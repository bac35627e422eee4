/** Where a client's mail goes, and what it meets there: hosts of the LAN have settings of their own (guide 7.1.1.2). */
import type { Session, Target, TransferPolicy } from '@fsigk/plugin-api'
import type { SmtpSettings } from './settings.js'

export interface Route {
  /** The parent server. Its host is `''` when the settings name none. */
  readonly target: Target
  readonly lan: boolean
  /** In place of the section's own settings; undefined where these apply. */
  readonly policy: TransferPolicy | undefined
}

export function routeOf(session: Session<SmtpSettings>): Route {
  const { settings } = session
  const target = { host: settings.parent_server_host, port: settings.parent_server_port }
  if (!session.listsPeer('lan')) return { target, lan: false, policy: undefined }
  return {
    target: settings.lan_parent_server
      ? { host: settings.lan_parent_server_host, port: settings.lan_parent_server_port }
      : target,
    lan: true,
    policy: {
      action: settings.lan_action,
      quarantine: settings.lan_quarantine,
      notify_admin: settings.lan_notify_admin,
      template: 'smtp_lan',
    },
  }
}

/** `host:port`, as the guide writes it in replies. */
export function targetText({ host, port }: Target): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
