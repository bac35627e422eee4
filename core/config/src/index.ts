export type { AccessList, AccessQuestion } from './domain/access-list.js'
export { accessListAllows } from './domain/access-list.js'
export type { ListFileReader } from './domain/access-list-parse.js'
export { parseAccessList } from './domain/access-list-parse.js'
export { Catalogue } from './domain/catalogue.js'
export type { WantedChange } from './domain/commands.js'
export type { Refusal } from './domain/decide.js'
export type {
  Broken,
  ChoiceDefinition,
  FlagDefinition,
  IntegerDefinition,
  SettingDefinition,
  SettingPlace,
  SettingValue,
  TextDefinition,
} from './domain/definition.js'
export { isBroken } from './domain/definition.js'
export type { EventMeta, Origin, SettingChange, SettingsEvent } from './domain/events.js'
export { SETTINGS_STREAM } from './domain/events.js'
export { parseHost } from './domain/host-name.js'
export type { PortRange } from './domain/ports.js'
export { parsePorts } from './domain/ports.js'
export type { RevisionReference } from './domain/revision-reference.js'
export { parseIsoDate, parseRevision } from './domain/revision-reference.js'
export type { SectionSchema } from './domain/section-schema.js'
export { cut, printable } from './domain/shown.js'
export type { IgnoredValue, SettingsSnapshot } from './domain/snapshot.js'
export type { Svcport } from './domain/svcport.js'
export { parseSvcport } from './domain/svcport.js'
export type { Language, ShippedTemplates, TemplateName } from './domain/templates.js'
export { languages } from './domain/templates.js'
export { renderValue } from './domain/values.js'
export type { HistoryEntry, HistoryFilter } from './history.js'
export type { PublishedSettings } from './listeners.js'
export type { OperationsFact } from './operations-log.js'
export { OPERATIONS_STREAM, OperationsLog } from './operations-log.js'
export { projectFiles } from './projections/project-files.js'
export { allShippedTemplates, shippedTemplates } from './projections/shipped-templates.js'
export type { WrittenProjections } from './projections/write-projections.js'
export { writeProjections } from './projections/write-projections.js'
export type { ChangeCommand, RollbackCommand, Saved } from './save-command.js'
export { coreSections } from './sections/core-sections.js'
export type { SettingRow } from './setting-rows.js'
export { settingRows } from './setting-rows.js'
export type { SettingsLogOptions } from './settings-log.js'
export { SettingsLog } from './settings-log.js'
