/** A program that opens each store file that its parent sends, disposes the store, and sends `sound` or what went wrong. */
import { openSqliteStore } from '../src/index.js'

process.on('message', async (file: string) => {
  try {
    await using store = await openSqliteStore(file)
    const { ok } = await store.verify()
    process.send?.(ok ? 'sound' : 'damaged')
  } catch (error) {
    process.send?.(String(error))
  }
})
process.send?.('ready')
