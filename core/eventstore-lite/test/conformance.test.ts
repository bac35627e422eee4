import { eventStoreConformance } from '../src/conformance/index.js'
import { openMemoryStore, openSqliteStore } from '../src/index.js'
import { temporaryFile } from './store-files.js'

eventStoreConformance('memory', async () => {
  const store = openMemoryStore()
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
})

eventStoreConformance('SQLite', async () => {
  const stack = new AsyncDisposableStack()
  const { file } = stack.use(await temporaryFile())
  const store = stack.use(await openSqliteStore(file))
  return {
    store,
    openAnother: () => openSqliteStore(file),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
})
