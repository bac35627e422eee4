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
