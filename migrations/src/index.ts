export type { MigrationErrorCode } from './migration-error.js'
export { MigrationError } from './migration-error.js'
export type { VersionedEvent } from './settings/step.js'
export { SETTINGS_EVENT_SCHEMA, upcastSettingsEvent } from './settings/upcast.js'
