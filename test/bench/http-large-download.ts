/**
 * How much does a 2 GB download, scanned, grow the gateway's memory?
 *
 * The peak is taken from the kernel (VmHWM, begun anew before each download), summed over the process tree: no sample
 * can miss it. The site's signatures hold a literal that may stand anywhere, so that the scan has to read every byte.
 * Flags: --size 2G --proxies fsigk,nginx,squid --downloads 2 (one after the other; a leak would show in the second)
 */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { fetchThrough } from './harness/fetch.js'
import { count, parseFlags, size, words } from './harness/flags.js'
import { startOrigin } from './harness/origin.js'
import { memory, peakRssBytes, resetPeaks } from './harness/process-tree.js'
import { needPrograms } from './harness/programs.js'
import { printPromises, printTable } from './harness/table.js'
import { proxyNames } from './proxies/running-proxy.js'
import { startProxies } from './proxies/start.js'

const SITE_SIGNATURE = 'Bench.Never:literal:"a text that no random file will ever hold"\n'

await answer("How much does a 2 GB download, scanned, grow the gateway's memory?", async () => {
  const flags = parseFlags({ size: '2G', proxies: 'fsigk,nginx,squid', downloads: '2' })
  const proxies = words('proxies', flags.proxies, proxyNames)
  const downloads = count('downloads', flags.downloads)
  needPrograms(['nginx', 'squid', 'taskset'])

  await using folder = await temporaryFolder('bench')
  await using origin = await startOrigin(folder.path)
  const bytes = size('size', flags.size)
  const file = join(origin.folder, 'large.bin')
  await writeLargeFile(file, bytes)
  const sha256 = await hashOf(file)

  const signatures = join(folder.path, 'fsigk/home/databases/signatures')
  await mkdir(signatures, { recursive: true })
  await writeFile(join(signatures, 'bench.sig'), SITE_SIGNATURE)
  const rows: string[][] = []
  let ours = Number.NaN
  for (const name of proxies) {
    await using proxies = await startProxies([name], folder.path, origin.port)
    const proxy = proxies.of(name)
    for (let download = 1; download <= downloads; download++) {
      resetPeaks(proxy.pid)
      const before = memory(proxy.pid).rssBytes
      const fetched = await fetchThrough(proxy.port, origin.url('large.bin'))
      const grown = (peakRssBytes(proxy.pid) - before) / 1024 ** 2
      if (name === 'fsigk') ours = Number.isNaN(ours) ? grown : Math.max(ours, grown)
      const whole = fetched.bytes === bytes && fetched.sha256 === sha256
      rows.push([
        name,
        String(download),
        whole ? 'yes' : `NO: ${fetched.bytes} of ${bytes}`,
        `${(before / 1024 ** 2).toFixed(0)} MB`,
        `${grown.toFixed(1)} MB`,
        `${fetched.firstByteSeconds.toFixed(1)} s`,
        `${(bytes / 1e6 / fetched.seconds).toFixed(0)} MB/s`,
      ])
    }
  }
  printTable(['proxy', 'download', 'byte for byte', 'before', 'peak growth', 'first byte', 'throughput'], rows)
  if (!Number.isNaN(ours)) {
    printPromises([{ what: 'growth of the gateway', is: ours, must: { atMost: 64 }, aim: 16, unit: ' MB' }])
  }
})

/** Random bytes, the same megabytes over and over with a number in front of each, so that none can be left out unseen. */
async function writeLargeFile(path: string, bytes: number): Promise<void> {
  const block = randomBytes(1024 ** 2)
  const file = await open(path, 'w')
  try {
    for (let at = 0; at < bytes; at += block.length) {
      block.writeDoubleLE(at, 0)
      await file.write(block, 0, Math.min(block.length, bytes - at))
    }
  } finally {
    await file.close()
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
