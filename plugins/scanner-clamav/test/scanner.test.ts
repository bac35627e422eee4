import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Log } from '@fsigk/plugin-api'
import { fileContent, memoryContent, silentLog, startRawServer, temporaryFolder } from '@fsigk/testing'
import { ClamavScanner } from '../src/clamav-scanner.js'
import { startBreakingClamd } from './kit/breaking-clamd.js'
import { startClamd } from './kit/clamd.js'
import { eicar, marker } from './kit/samples.js'
import { clamavSettings, noFolders } from './kit/settings.js'

const ever = new AbortController().signal

async function startScanner(changed: Partial<typeof clamavSettings>, log: Log = silentLog) {
  const settings = { ...clamavSettings, ...changed }
  const scanner = new ClamavScanner(log, noFolders)
  await scanner.start(settings, ever)
  return {
    scanner,
    scan: (content: Parameters<ClamavScanner['scan']>[0], signal = ever) =>
      scanner.scan(content, { settings, signal, log: silentLog }),
    [Symbol.asyncDispose]: () => scanner.stop(),
  }
}

describe('ClamAV', () => {
  test('a file is handed over by path where clamd may read it, and its bytes are sent where it may not', async () => {
    await using clamd = await startClamd()
    await using folder = await temporaryFolder('clamav')
    const infected = await fileContent(folder.path, eicar)
    const unopened = { ...infected, open: () => assert.fail('it was sent') }
    await using byPath = await startScanner({ servers: clamd.socket })
    assert.equal((await byPath.scan(unopened)).findings[0]?.threat, 'Eicar-Test-Signature')
    await using sent = await startScanner({ servers: clamd.socket })
    const elsewhere = { ...infected, path: '/nonexistent/spool' }
    assert.equal((await sent.scan(elsewhere)).findings[0]?.threat, 'Eicar-Test-Signature')
    await using overTcp = await startScanner({ servers: `127.0.0.1:${clamd.port}` })
    assert.equal((await overTcp.scan(elsewhere)).findings[0]?.threat, 'Eicar-Test-Signature')
  })

  test('a stream beyond StreamMaxLength, and a file beyond MaxFileSize, are not called clean [SCAN-02]', async () => {
    await using clamd = await startClamd({ StreamMaxLength: '1M' })
    await using scanner = await startScanner({ servers: clamd.socket, max_filesize: 8_000_000 })
    for (const bytes of [3_000_000, 8_000_001]) {
      const report = await scanner.scan(memoryContent(Buffer.alloc(bytes, 'large '), 65_536))
      assert.deepEqual(
        report.unscanned?.map(({ because }) => because),
        ['undecodable'],
      )
    }
    const report = await scanner.scan(memoryContent(Buffer.concat([Buffer.alloc(900_000), marker])))
    assert.equal(report.findings[0]?.threat, 'Marker.Test')
  })

  for (const { says, takesFiles, expect } of [
    {
      says: 'as an open file is a clamd that failed',
      takesFiles: true,
      expect: ['engine-down', /ended the connection/],
    },
    {
      says: 'over the connection is a content beyond StreamMaxLength',
      takesFiles: false,
      expect: ['undecodable', /Stream/],
    },
  ] as const)
    test(`[SCAN-02] a clamd that answers, but breaks off over 1.5 MB given to it ${says}`, async () => {
      await using clamd = await startBreakingClamd(takesFiles)
      await using scanner = await startScanner({ servers: clamd.socket })
      const { findings, unscanned } = await scanner.scan(memoryContent(Buffer.alloc(1_500_000, 'large '), 65_536))
      assert.deepEqual(findings, [])
      assert.equal(unscanned?.[0]?.because, expect[0])
      assert.match(unscanned?.[0]?.detail ?? '', expect[1])
    })

  test('what is larger than max_filesize is not called clean, though clamd says OK to it [SCAN-02]', async () => {
    await using clamd = await startClamd()
    await using scanner = await startScanner({ servers: clamd.socket, max_filesize: 1000 })
    assert.deepEqual(await scanner.scan(memoryContent(Buffer.alloc(1000, 'x'))), { findings: [] })
    const { unscanned } = await scanner.scan(memoryContent(Buffer.alloc(1001, 'x')))
    assert.deepEqual(unscanned, [{ because: 'undecodable', detail: 'larger than MaxFileSize of clamd' }])
  })

  test('what is nested deeper than clamd looks is not called clean [SCAN-02]', async () => {
    await using clamd = await startClamd({ MaxRecursion: '5' })
    await using scanner = await startScanner({ servers: clamd.socket })
    let nested: Buffer = eicar
    for (let level = 0; level < 10; level++) nested = gzipSync(nested)
    const report = await scanner.scan(memoryContent(nested))
    assert.deepEqual(
      report.unscanned?.map(({ because }) => because),
      ['max-nested'],
    )
  })

  test('a clamd that would call OK what exceeds its limits is told of in the log', async () => {
    const warnings: string[] = []
    const log = { ...silentLog, warn: (event: string) => void warnings.push(event) }
    await using quiet = await startClamd({ AlertExceedsMax: 'no' })
    await using _scanner = await startScanner({ servers: quiet.socket }, log)
    assert.match(warnings.join(), /AlertExceedsMax/)
    warnings.length = 0
    await using telling = await startClamd()
    await using _other = await startScanner({ servers: telling.socket }, log)
    assert.deepEqual(warnings, [])
  })

  test('a clamd that falls silent has its scans taken to the next one', async () => {
    await using silent = await startClamd()
    await using other = await startClamd()
    await using scanner = await startScanner({ servers: `${silent.socket},${other.socket}` })
    assert.equal((await scanner.scan(memoryContent(eicar))).findings[0]?.threat, 'Eicar-Test-Signature')
    await silent.signal('SIGSTOP')
    const report = await scanner.scan(memoryContent(eicar))
    assert.equal(report.findings[0]?.threat, 'Eicar-Test-Signature')
  })

  test('without any clamd nothing is clean, and a clamd that comes is asked without a restart', async () => {
    await using first = await startClamd()
    await using scanner = await startScanner({ servers: `127.0.0.1:${first.port}` })
    await first.signal('SIGKILL')
    const without = await scanner.scan(memoryContent(Buffer.from('harmless')))
    assert.deepEqual(
      without.unscanned?.map(({ because }) => because),
      ['engine-down'],
    )
    await using _again = await startClamd({ port: String(first.port) })
    assert.equal((await scanner.scan(memoryContent(eicar))).findings[0]?.threat, 'Eicar-Test-Signature')
    assert.match(scanner.scanner.definitions, /^ClamAV \d/)
  })

  test('more contents than connections wait for their turn [SCAN-02]', async () => {
    await using clamd = await startClamd()
    await using between = await startRawServer((socket) =>
      pipeline(socket, connect(clamd.port, '127.0.0.1'), socket).catch(() => {}),
    )
    await using scanner = await startScanner({ servers: `127.0.0.1:${between.port}`, connections: 2 })
    const greeted = between.connections
    const reports = await Promise.all(
      Array.from({ length: 40 }, (_, at) => scanner.scan(memoryContent(at % 2 === 0 ? eicar : Buffer.from('clean')))),
    )
    for (const [at, { findings }] of reports.entries()) assert.equal(findings.length, at % 2 === 0 ? 1 : 0)
    // Beside those of scans there may be one that asks whether clamd is well, now and then.
    assert.ok(between.connections - greeted < 20, `${between.connections - greeted} connections`)
  })
})
