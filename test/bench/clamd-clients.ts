/**
 * What does a scan cost by the package clamscan, and by our own client of clamd?
 *
 * The same clamd (its cache off), on processor 0; the client in this process. Bodies of random bytes: up to 64 KiB in memory,
 * longer ones in a file, as the spool holds them. Rounds of each client in turn; medians. Then clamd is halted, to see who
 * still settles. Flags: --sizes 23K,1M --sessions 1,4,16 --seconds 2 --rounds 3
 */
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Content, PluginDefinition } from '@fsigk/plugin-api'
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { count, counts, parseFlags, size } from './harness/flags.js'
import { median } from './harness/statistics.js'
import { printTable } from './harness/table.js'
import { startClamd } from './proxies/clamd.js'

const PLUGIN = fileURLToPath(new URL('../../../plugins/scanner-clamav/', import.meta.url))
const MEMORY_BYTES = 64 * 1024
const SILENCE_MS = 6_000
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** Has one content scanned. @throws when it is not found clean */
type Scan = (content: Content, signal: AbortSignal) => Promise<void>

/** What is used of the package, which has no types. */
interface Clamscan {
  init(options: object): Promise<{ scanStream(stream: Readable): Promise<{ readonly isInfected: boolean | null }> }>
}

await answer('What does a scan cost by clamscan, and by our own client of clamd?', async () => {
  const flags = parseFlags({ sizes: '23K,1M', sessions: '1,4,16', seconds: '2', rounds: '3' })
  await using folder = await temporaryFolder('bench')
  // clamd reads the files itself, by its own name.
  await chmod(folder.path, 0o755)
  await using clamd = await startClamd(folder.path, false)
  const clients: readonly (readonly [string, Scan])[] = [
    ['clamscan 2.4.0, scanStream', await byClamscan(clamd.socket)],
    ['scanner-clamav, streamed', await byPlugin(clamd.socket, folder.path, false)],
    ['scanner-clamav, by path', await byPlugin(clamd.socket, folder.path, true)],
  ]
  const rows: string[][] = []
  for (const each of flags.sizes.split(',')) {
    const content = await contentOf(folder.path, size('sizes', each))
    for (const sessions of counts('sessions', flags.sessions)) {
      const able = clients.filter(([name]) => content.path !== undefined || !name.endsWith('by path'))
      const results = await interleaved(
        able,
        content,
        sessions,
        count('seconds', flags.seconds),
        count('rounds', flags.rounds),
      )
      const base = results[0]?.cpuMicroseconds ?? Number.NaN
      for (const { name, perSecond, cpuMicroseconds } of results)
        rows.push([
          `${each}, ${sessions} at a time: ${name}`,
          perSecond.toFixed(0),
          cpuMicroseconds.toFixed(0),
          (base / cpuMicroseconds).toFixed(1),
        ])
    }
  }
  printTable(['', 'scans/s', 'µs of our CPU a scan', 'cheaper ×'], rows)
  process.kill(clamd.pid, 'SIGSTOP')
  try {
    const content = await contentOf(folder.path, 23 * 1024)
    printTable(
      [`clamd is halted; a deadline of 1 s, and ${SILENCE_MS / 1000} s of patience`, ''],
      [
        ['clamscan 2.4.0, its timeout 1 s', await whenSilent(await byClamscanWhileSilent(clamd.socket), content)],
        ['scanner-clamav', await whenSilent(clients[1]?.[1] ?? (async () => {}), content)],
      ],
    )
  } finally {
    process.kill(clamd.pid, 'SIGCONT')
  }
})
// What never settles must not keep the bench alive.
process.exit()

async function byClamscan(socket: string, timeout = 60_000, bypassTest = false): Promise<Scan> {
  const NodeClam = createRequire(import.meta.url)('clamscan') as new () => Clamscan
  const client = await new NodeClam().init({
    preference: 'clamdscan',
    clamscan: { active: false },
    clamdscan: { socket, timeout, localFallback: false, bypassTest },
  })
  return async (content) => {
    const stream = content.path === undefined ? Readable.from(content.memory ?? []) : createReadStream(content.path)
    const { isInfected } = await client.scanStream(stream)
    if (isInfected !== false) throw new Error('clamscan did not find it clean')
  }
}

/** Its init pings clamd unless told. */
function byClamscanWhileSilent(socket: string): Promise<Scan> {
  return byClamscan(socket, 1_000, true)
}

async function byPlugin(socket: string, databases: string, byPath: boolean): Promise<Scan> {
  const { default: definition } = (await import(pathToFileURL(join(PLUGIN, 'dist/src/index.js')).href)) as {
    default: PluginDefinition<'scanner'>
  }
  const settings = { servers: socket, connections: 32, connect_timeout: 5, by_path: byPath, max_filesize: 26_214_400 }
  const scanner = new definition.plugin(quiet, { package: PLUGIN, databases, logs: databases })
  await scanner.start?.(settings, new AbortController().signal)
  return async (content, signal) => {
    const { findings, unscanned = [] } = await scanner.scan(content, { settings, signal, log: quiet, session: '' })
    if (findings.length + unscanned.length > 0) throw new Error('scanner-clamav did not find it clean')
  }
}

async function contentOf(folder: string, bytes: number): Promise<Content> {
  const all = randomBytes(bytes)
  const isSmall = bytes <= MEMORY_BYTES
  const path = isSmall ? undefined : join(folder, `content-${bytes}`)
  if (path !== undefined) await writeFile(path, all, { mode: 0o644 })
  return {
    bytes,
    name: 'content.bin',
    type: 'application/octet-stream',
    memory: isSmall ? [all] : undefined,
    path,
    async *open() {
      if (path === undefined) yield all
      else for await (const piece of createReadStream(path)) yield piece as Buffer
    },
  }
}

interface Result {
  readonly name: string
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

async function interleaved(
  clients: readonly (readonly [string, Scan])[],
  content: Content,
  sessions: number,
  seconds: number,
  rounds: number,
): Promise<readonly Result[]> {
  const measured = new Map<string, Result[]>(clients.map(([name]) => [name, []]))
  for (const [name, scan] of clients) await measure(name, scan, content, sessions, 0.5)
  for (let round = 0; round < rounds; round += 1)
    for (const [name, scan] of clients) measured.get(name)?.push(await measure(name, scan, content, sessions, seconds))
  return [...measured].map(([name, results]) => ({
    name,
    perSecond: median(results.map(({ perSecond }) => perSecond)),
    cpuMicroseconds: median(results.map(({ cpuMicroseconds }) => cpuMicroseconds)),
  }))
}

/** So many at a time, one after the other. Processor time is that of this process alone. */
async function measure(name: string, scan: Scan, content: Content, sessions: number, seconds: number): Promise<Result> {
  const { signal } = new AbortController()
  const began = performance.now()
  const before = process.cpuUsage()
  let scans = 0
  const session = async () => {
    while (performance.now() - began < seconds * 1000) {
      await scan(content, signal)
      scans += 1
    }
  }
  await Promise.all(Array.from({ length: sessions }, session))
  const { user, system } = process.cpuUsage(before)
  return { name, perSecond: scans / ((performance.now() - began) / 1000), cpuMicroseconds: (user + system) / scans }
}

async function whenSilent(scan: Scan, content: Content): Promise<string> {
  const began = performance.now()
  const settled = scan(content, AbortSignal.timeout(1_000)).then(
    () => 'called it clean',
    (error: Error) => `told of it after ${((performance.now() - began) / 1000).toFixed(1)} s: ${error.message}`,
  )
  return await Promise.race([settled, delay(SILENCE_MS, 'has not settled')])
}
