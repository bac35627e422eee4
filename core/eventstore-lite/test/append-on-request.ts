/** A program that, for each version that its parent sends, appends what comes after it and sends what came of that. */
import { openSqliteStore, VersionConflict } from '../src/index.js'

const [file = '', name = ''] = process.argv.slice(2)
const store = await openSqliteStore(file)
process.on('message', async (expected: number) => {
  try {
    const events = [{ type: 'RoundWon', schema: 1, data: { by: name }, meta: null }]
    const [event] = await store.append('settings', expected, events)
    process.send?.({ won: event?.version })
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error
    process.send?.({ lostTo: error.actual })
  }
})
process.on('disconnect', () => store[Symbol.asyncDispose]())
process.send?.('ready')
