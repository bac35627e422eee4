/** What every scanner plugin must keep to, tried on an instance without a gateway. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Call, Content, Log, Scanner } from '@fsigk/plugin-api'
import { temporaryFolder } from '../temporary-home.js'

/** How the suite gets at a scanner. */
export interface ScannerUnderTest {
  readonly name: string
  /** Makes and starts one. */
  start(): Promise<Scanner>
  /** Content that it finds something in. */
  readonly infected: Buffer
  /** The threat that it names. */
  readonly threat: string
  readonly settings: unknown
}

/** A log that says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** Content held in memory, in chunks of at most `chunkBytes`. */
export function memoryContent(bytes: Buffer, chunkBytes = bytes.length || 1, name = 'sample'): Content {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes))
  return {
    bytes: bytes.length,
    name,
    type: '',
    memory: chunks,
    path: undefined,
    async *open() {
      yield* chunks
    },
  }
}

/** Content held in a file, read in pieces of `chunkBytes`. */
export async function fileContent(folder: string, bytes: Buffer, chunkBytes = 65_536): Promise<Content> {
  const path = join(folder, 'content')
  await writeFile(path, bytes)
  return { ...memoryContent(bytes, chunkBytes), memory: undefined, path }
}

/** Runs the suite; call it at the top level of a test file. */
export function scannerConformance(scanner: ScannerUnderTest): void {
  const call = (signal = new AbortController().signal): Call => ({ settings: scanner.settings, signal, log: silentLog })
  const clean = Buffer.alloc(200_000, 'clean bytes, nothing to see. ')

  describe(`${scanner.name} conforms`, () => {
    test('it finds the sample in memory, cut anywhere', async () => {
      await using started = await running(scanner)
      for (let chunkBytes = 1; chunkBytes <= scanner.infected.length; chunkBytes += 1) {
        const { findings } = await started.scanner.scan(memoryContent(scanner.infected, chunkBytes), call())
        assert.deepEqual(
          findings.map(({ threat }) => threat),
          [scanner.threat],
          `cut into ${chunkBytes}`,
        )
      }
    })

    test('it finds the sample in a file', async () => {
      await using folder = await temporaryFolder('scanner')
      await using started = await running(scanner)
      const { findings } = await started.scanner.scan(await fileContent(folder.path, scanner.infected), call())
      assert.equal(findings[0]?.threat, scanner.threat)
    })

    test('it finds nothing in clean and in empty content, and says that it looked', async () => {
      await using folder = await temporaryFolder('scanner')
      await using started = await running(scanner)
      for (const content of [
        memoryContent(clean, 1000),
        memoryContent(Buffer.alloc(0)),
        await fileContent(folder.path, clean),
      ]) {
        const report = await started.scanner.scan(content, call())
        assert.deepEqual(report.findings, [])
        assert.deepEqual(report.unscanned ?? [], [])
      }
    })

    test('scans at the same time do not mix', async () => {
      await using started = await running(scanner)
      const reports = await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          started.scanner.scan(memoryContent(at % 2 === 0 ? scanner.infected : clean, 7), call()),
        ),
      )
      for (const [at, { findings }] of reports.entries()) assert.equal(findings.length > 0, at % 2 === 0)
    })

    test('it ends by its signal while the content keeps it waiting, and never calls that clean', async () => {
      await using started = await running(scanner)
      const deadline = new AbortController()
      const endless: Content = {
        ...memoryContent(clean),
        memory: undefined,
        async *open() {
          for (;;) {
            yield clean
            await delay(1)
          }
        },
      }
      const scan = started.scanner.scan(endless, call(deadline.signal)).then(
        (report) => (report.unscanned ?? []).length > 0,
        () => true,
      )
      deadline.abort()
      assert.equal(await scan, true)
    })

    test('it names its definitions', async () => {
      await using started = await running(scanner)
      assert.notEqual(started.scanner.definitions, '')
    })
  })
}

async function running(under: ScannerUnderTest): Promise<AsyncDisposable & { readonly scanner: Scanner }> {
  const scanner = await under.start()
  return {
    scanner,
    async [Symbol.asyncDispose]() {
      await scanner.stop?.(new AbortController().signal)
    },
  }
}
