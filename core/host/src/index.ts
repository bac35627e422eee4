export type {
  GatewayStatus,
  PluginStatus,
  PluginsReloaded,
  SaveReport,
  ServiceApplied,
  SettingDescription,
  UndoneReport,
} from './administration/administration.js'
export type { Administration } from './administration/calls.js'
export type { Place } from './administration/open-administration.js'
export { openAdministration, readStatus, stopGateway } from './administration/open-administration.js'
export { messageOf } from './errors.js'
export type { GatewayOptions } from './gateway.js'
export { startGateway } from './gateway.js'
export type { Home } from './home.js'
export { createHome, homeAt } from './home.js'
export type { IsolationOptions } from './isolation/isolated-plugin.js'
export { IsolatedPlugin } from './isolation/isolated-plugin.js'
export type { IsolationLimits } from './isolation/limits.js'
export { isolationLimits } from './isolation/limits.js'
export type { IsolatedKind } from './isolation/plugin-instance.js'
export type { LogOutputStatus } from './log-outputs/output-health.js'
export type { Deadlines } from './plugins/deadline.js'
export { DEADLINES } from './plugins/deadline.js'
export type { FoundPlugins } from './plugins/find-plugins.js'
export { findPlugins, readPluginFolder } from './plugins/find-plugins.js'
export type { FoundPlugin, Isolation, LeftOutPlugin } from './plugins/found-plugin.js'
export type { InstalledPlugin } from './plugins/integrity.js'
export { integrityOf, PLUGIN_LIMITS, readInstalled, writeInstalled } from './plugins/integrity.js'
export { insideFolder } from './plugins/read-manifest.js'
export { resolveSharedPackages } from './plugins/resolve-hook.js'
export { loadPlugin } from './plugins/running-plugin.js'
export type { StartedPlugin } from './plugins/started-plugin.js'
export type { RunningGateway } from './running-gateway.js'
export type { Lease, SharedState, SharedValue } from './shared-state/shared-state.js'
export type { RepairReport, RepairRequest } from './store-care/repair-store.js'
export { repairStore } from './store-care/repair-store.js'
export type { StoreReport, StreamDamage } from './store-care/store-report.js'
export { verifyStore } from './store-care/verify-store.js'
export type { HeartbeatTimes } from './supervisor/heartbeat.js'
export type { ServiceStatus, WorkerStatus } from './supervisor/service-status.js'
