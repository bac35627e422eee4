/**
 * How fast does the embedded engine scan?
 *
 * In this process, without a gateway: whole calls of `scan`, contents up to 64 KiB in memory as the spool holds them and
 * longer ones in a file. Random bytes, which no search can skip by luck. Processor time, not the clock's.
 * Flags: --sizes 1K,23K,1M,64M --literals 0,1,2,100,10000 (signatures of 16 to 64 bytes beside the shipped ones)
 * --hash no|length|any (also one SHA-256: of another length, or of any)
 */
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Content, PluginDefinition } from '@fsigk/plugin-api'
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { parseFlags, size, UsageError, words } from './harness/flags.js'
import { printPromises, printTable } from './harness/table.js'

const PLUGIN = fileURLToPath(new URL('../../../plugins/scanner-signatures/', import.meta.url))
const MEMORY_BYTES = 64 * 1024
const MIN_MS = 700
const hashes = ['no', 'length', 'any'] as const
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

await answer('How fast does the embedded engine scan?', async () => {
  const flags = parseFlags({ sizes: '1K,23K,1M,64M', literals: '0,1,2,100,10000', hash: 'no' })
  const sizes = flags.sizes.split(',')
  const [hash = 'no'] = words('hash', flags.hash, hashes)
  const { default: definition } = (await import(pathToFileURL(join(PLUGIN, 'dist/src/index.js')).href)) as {
    default: PluginDefinition<'scanner'>
  }
  await using folder = await temporaryFolder('bench')
  const signal = new AbortController().signal
  const rows: string[][] = []
  let few = Number.NaN
  for (const text of flags.literals.split(',')) {
    if (!/^\d{1,5}$/.test(text)) throw new UsageError(`--literals takes numbers up to 20000, not '${text}'`)
    const literals = Number(text)
    const databases = join(folder.path, `databases-${text}`)
    await writeSignatures(join(databases, 'signatures'), literals, hash)
    const scanner = new definition.plugin({ package: PLUGIN, databases }, quiet)
    await scanner.start?.({}, signal)
    const cells = [text]
    for (const each of sizes) {
      const content = await contentOf(folder.path, size('sizes', each))
      const microseconds = await timeOf(async () => {
        const { findings } = await scanner.scan(content, { settings: {}, signal, log: quiet })
        if (findings.length > 0) throw new Error('random bytes were found to be malware')
      })
      const gigabytes = content.bytes / microseconds / 1000
      if (literals === 2 && each === '1M') few = gigabytes
      cells.push(`${gigabytes.toFixed(2)} GB/s, ${microseconds.toFixed(1)} µs`)
    }
    rows.push(cells)
  }
  printTable(['literals anywhere', ...sizes], rows)
  if (!Number.isNaN(few)) {
    printPromises([{ what: 'two literals, 1 MB', is: few, must: { atLeast: 1.5 }, unit: ' GB/s' }])
  }
})

async function writeSignatures(folder: string, literals: number, hash: (typeof hashes)[number]): Promise<void> {
  const lines = Array.from(
    { length: literals },
    (_, at) => `B${at}:literal:${randomBytes(16 + (at % 49)).toString('hex')}`,
  )
  if (hash !== 'no') lines.push(`H:sha256:${'ab'.repeat(32)}${hash === 'length' ? ':12345' : ''}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'bench.sig'), `${lines.join('\n')}\n`)
}

async function contentOf(folder: string, bytes: number): Promise<Content> {
  const all = randomBytes(bytes)
  const memory = bytes <= MEMORY_BYTES ? [all] : undefined
  const path = memory === undefined ? join(folder, `content-${bytes}`) : undefined
  if (path !== undefined) await writeFile(path, all)
  return {
    bytes,
    name: 'content.bin',
    type: 'application/octet-stream',
    memory,
    path,
    async *open() {
      yield all
    },
  }
}

/** Microseconds of processor time that one call costs, once it is compiled; all threads of this process. */
async function timeOf(call: () => Promise<void>): Promise<number> {
  for (const warmUpEnds = performance.now() + MIN_MS / 3; performance.now() < warmUpEnds; ) await call()
  const before = process.cpuUsage()
  let calls = 0
  for (const ends = performance.now() + MIN_MS; performance.now() < ends || calls === 0; calls++) await call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}
