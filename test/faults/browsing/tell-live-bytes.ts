/**
 * Preloaded into the gateway's processes (`--expose-gc --import`): on SIGWINCH it collects garbage and writes what lives,
 * in bytes, to the file of this process in `FAULTS_LIVE_BYTES`.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.FAULTS_LIVE_BYTES

if (folder !== undefined) {
  process.on('SIGWINCH', () => {
    // The second one finishes what the first one found dead: buffers are freed beside it.
    globalThis.gc?.()
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    const file = join(folder, String(process.pid))
    writeFileSync(`${file}.new`, String(heapUsed + external))
    renameSync(`${file}.new`, file)
  })
}
