export { canonicalJson } from './canonical-json.js'
export type { EventStoreErrorCode } from './errors.js'
export { EventStoreError, StoreDamaged, VersionConflict } from './errors.js'
export type {
  EventStore,
  JsonValue,
  NewEvent,
  ReadOptions,
  Snapshot,
  StoredEvent,
  Verification,
} from './event-store.js'
export { openMemoryStore } from './memory/open-memory-store.js'
export type { SqliteStoreOptions } from './sqlite/open-sqlite-store.js'
export { openSqliteStore } from './sqlite/open-sqlite-store.js'
export type { StoreCondition, StreamCondition } from './sqlite/salvage/inspect.js'
export type { Repair, RepairOptions } from './sqlite/salvage/repair-sqlite-store.js'
export { inspectSqliteStore, repairSqliteStore } from './sqlite/salvage/repair-sqlite-store.js'
