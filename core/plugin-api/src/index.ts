import 'reflect-metadata'

export { inject, injectable } from 'tsyringe'
export { z } from 'zod'
export { accessSettings, reverseLookupSettings, unscannedHostsSettings } from './access-settings.js'
export type { Body, Content } from './content.js'
export type { PluginDefinition, PluginSettings } from './define-plugin.js'
export { definePlugin } from './define-plugin.js'
export {
  accountSettings,
  blockSettings,
  notifySettings,
  passExtSettings,
  riskwareSettings,
} from './detection-settings.js'
export type { ErrorCatalogue } from './errors.js'
export { defineErrors, FsigkError, isFsigk } from './errors.js'
export type { InspectionSettings } from './inspection-settings.js'
export { inspectionSettings } from './inspection-settings.js'
export type { ListenerSettings } from './listener-settings.js'
export {
  listenerSettings,
  lowestRateSettings,
  parentSettings,
  transparentSettings,
  waitingSettings,
} from './listener-settings.js'
export type { LogSettings } from './log-settings.js'
export { logSettings, logSinkSettings } from './log-settings.js'
export { mailScanSettings, spamSettings } from './mail-settings.js'
export type { Localised, PluginKind, PluginManifest } from './manifest.js'
export { localised, PLUGIN_API_VERSION, pluginKinds, pluginManifest, scannerTraits } from './manifest.js'
export type { Disposition, NoticeMail, Outcome, OutgoingBody } from './outcome.js'
export type {
  Authenticator,
  Call,
  Lifecycle,
  LogSink,
  Mail,
  Notice,
  Notifier,
  Protocol,
  RoleOf,
  Scanner,
  ScanReport,
  SpamFilter,
} from './roles.js'
export type {
  Connection,
  Decision,
  Dialled,
  DialOptions,
  Endpoint,
  Entry,
  NoticeVariables,
  OpenSession,
  Service,
  Session,
  Target,
} from './session.js'
export type {
  FormerSetting,
  SettingAbout,
  SettingEffect,
  SettingFormat,
  SettingsOf,
  SettingsShape,
  TextSize,
} from './settings.js'
export { ABOUT_KEYWORD, choice, flag, integer, list, listWords, notInUseYet, settingsSchema, text } from './settings.js'
export type { Lease, SharedState, SharedValue } from './shared-state.js'
export { nothingShared } from './shared-state.js'
export { Clock, Folders, Log, token } from './tokens.js'
export type { Envelope, Reading, ReleaseMode, Transfer, TransferPolicy, TrickleMode } from './transfer.js'
export type { Finding, UnscannedCause, Verdict } from './verdict.js'
