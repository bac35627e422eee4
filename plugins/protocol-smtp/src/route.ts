/** Where a client's mail goes, and what it meets there: hosts of the LAN have settings of their own (guide 7.1.1.2). */
import type { Session, Target, TransferPolicy } from '@fsigk/plugin-api'
import type { SmtpSettings } from './settings.js'

export interface Route {
  /** The parent server. Its host is `''` when the settings name none. */
  readonly target: Target
  /** The setting that names its host. */
  readonly targetSetting: string
  readonly lan: boolean
  /** In place of the section's own settings; undefined where these apply. */
  readonly policy: TransferPolicy | undefined
}

export function routeOf(session: Session<SmtpSettings>): Route {
  const { settings } = session
  const isLan = session.listsPeer('lan')
  const server = isLan && settings.lan_parent_server ? lanServer(settings) : parentServer(settings)
  if (!isLan) return { ...server, lan: false, policy: undefined }
  return {
    ...server,
    lan: true,
    policy: {
      action: settings.lan_action,
      quarantine: settings.lan_quarantine,
      notify_admin: settings.lan_notify_admin,
      template: 'smtp_lan',
    },
  }
}

function parentServer({
  parent_server_host,
  parent_server_port,
}: SmtpSettings): Pick<Route, 'target' | 'targetSetting'> {
  return {
    target: { host: parent_server_host, port: parent_server_port },
    targetSetting: 'smtp.parent_server_host',
  }
}

function lanServer(settings: SmtpSettings): Pick<Route, 'target' | 'targetSetting'> {
  return {
    target: { host: settings.lan_parent_server_host, port: settings.lan_parent_server_port },
    targetSetting: 'smtp.lan_parent_server_host',
  }
}
