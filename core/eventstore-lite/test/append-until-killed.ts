/** A program that appends batches of three for as long as it lives, and says each version once it is acknowledged. */
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../src/index.js'

const [file = ''] = process.argv.slice(2)
const store = await openSqliteStore(file)
for (let version = await store.version('settings'); ; version += 3) {
  const batch = Array.from({ length: 3 }, (_, index) => ({
    type: 'BatchKept',
    schema: 1,
    data: { batch: version / 3 + 1, part: index + 1, filling: 'x'.repeat(500) },
    meta: null,
  }))
  const events = await store.append('settings', version, batch)
  // Straight to the descriptor: a line that waits in a buffer of a killed process was never said.
  writeSync(1, events.map((event) => `${event.version} ${event.hash}\n`).join(''))
}
