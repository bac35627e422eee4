import { ChainedStore } from '../chained-store.js'
import type { EventStore } from '../event-store.js'
import { MemoryDriver } from './memory-driver.js'

/** A store that lives and dies with this process, for tests and for trying things out. */
export function openMemoryStore(): EventStore {
  return new ChainedStore(new MemoryDriver())
}
