export { eventStoreConformance } from './event-store-conformance.js'
export type { OpenStore, StoreUnderTest } from './store-under-test.js'
