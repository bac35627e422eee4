/** What every scanner plugin must keep to, tried on an instance without a gateway. */
import assert from 'node:assert/strict'
import type { Scanner, ScanReport } from '@fsigk/plugin-api'
import { temporaryFolder } from '../temporary-home.js'
import { type Check, testAll } from './check.js'
import { brokenContent, endlessContent, fileContent, hugeContent, memoryContent } from './contents.js'
import { lifecycleChecks } from './lifecycle.js'
import { callWith, ending, GRACE_MS, type PluginUnderTest, started } from './plugin-under-test.js'
import { grewByMiB, leftBehind } from './resources.js'

/** What a scanner is tried with. */
export interface ScannerSubject {
  readonly settings: unknown
  /** Content that it finds something in, and the threat that it names. Without it, finding is not tried. */
  readonly sample?: { readonly content: Buffer; readonly threat: string }
}

export type ScannerUnderTest = ScannerSubject & PluginUnderTest<Scanner>

const HUGE_BYTES = 256 * 1024 * 1024
const MAX_GROWTH_MIB = 160
const CLEAN = Buffer.alloc(200_000, 'clean bytes, nothing to see. ')

/** Runs the suite; call it at the top level of a test file. */
export function scannerConformance(scanner: ScannerUnderTest): void {
  testAll(scanner.name, scannerChecks(scanner))
}

export function scannerChecks(scanner: ScannerUnderTest): readonly Check[] {
  const { sample, settings } = scanner
  const works = async (role: Scanner) => {
    if (sample === undefined) return expectClean(await role.scan(memoryContent(CLEAN), callWith(settings)))
    const { findings } = await role.scan(memoryContent(sample.content), callWith(settings))
    assert.equal(findings[0]?.threat, sample.threat)
  }
  return [
    ...(sample === undefined ? [] : findingChecks(scanner, sample)),
    ...judgingChecks(scanner),
    ...hardshipChecks(scanner),
    ...lifecycleChecks(scanner, works),
  ]
}

function findingChecks(scanner: ScannerUnderTest, sample: NonNullable<ScannerSubject['sample']>): readonly Check[] {
  const call = () => callWith(scanner.settings)
  return [
    {
      title: 'it finds the sample in memory, cut anywhere',
      async run() {
        await using running = await started(scanner)
        for (let chunkBytes = 1; chunkBytes <= sample.content.length; chunkBytes += 1) {
          const { findings } = await running.role.scan(memoryContent(sample.content, chunkBytes), call())
          assert.deepEqual(
            findings.map(({ threat }) => threat),
            [sample.threat],
            `cut into ${chunkBytes}`,
          )
        }
      },
    },
    {
      title: 'it finds the sample in a file',
      async run() {
        await using folder = await temporaryFolder('scanner')
        await using running = await started(scanner)
        const { findings } = await running.role.scan(await fileContent(folder.path, sample.content), call())
        assert.equal(findings[0]?.threat, sample.threat)
      },
    },
    {
      title: 'scans at the same time do not mix',
      async run() {
        await using running = await started(scanner)
        const reports = await Promise.all(
          Array.from({ length: 50 }, (_, at) =>
            running.role.scan(memoryContent(at % 2 === 0 ? sample.content : CLEAN.subarray(0, 5_000), 7), call()),
          ),
        )
        for (const [at, { findings }] of reports.entries()) assert.equal(findings.length > 0, at % 2 === 0)
      },
    },
  ]
}

function judgingChecks(scanner: ScannerUnderTest): readonly Check[] {
  return [
    {
      title: 'it finds nothing in clean and in empty content, and says that it looked',
      async run() {
        await using folder = await temporaryFolder('scanner')
        await using running = await started(scanner)
        const contents = [
          memoryContent(CLEAN, 1000),
          memoryContent(Buffer.alloc(0)),
          await fileContent(folder.path, CLEAN),
        ]
        for (const content of contents) expectClean(await running.role.scan(content, callWith(scanner.settings)))
      },
    },
    {
      title: 'it names its definitions',
      async run() {
        await using running = await started(scanner)
        assert.match(running.role.definitions, /^[^\x00-\x1f\x7f]+$/)
      },
    },
  ]
}

function hardshipChecks(scanner: ScannerUnderTest): readonly Check[] {
  return [
    {
      title: 'it ends by its signal while the content keeps it waiting, and never calls that clean',
      async run() {
        await using running = await started(scanner)
        const deadline = new AbortController()
        const scan = running.role.scan(endlessContent(), callWith(scanner.settings, deadline.signal))
        deadline.abort(new Error('the deadline is over'))
        assert.equal(await isNeverClean(scan), true)
      },
    },
    {
      title: 'content that breaks off while it is read is never clean',
      async run() {
        await using running = await started(scanner)
        const content = brokenContent()
        const unclean = await isNeverClean(running.role.scan(content, callWith(scanner.settings)))
        assert.ok(unclean || !content.broke, 'scan() calls clean what it could not read')
      },
    },
    {
      title: `it reads ${HUGE_BYTES / 1024 ** 2} MiB without keeping them`,
      async run() {
        await using running = await started(scanner)
        const grew = await grewByMiB(async () => {
          await running.role.scan(hugeContent(HUGE_BYTES), callWith(scanner.settings)).catch(() => {})
        })
        assert.ok(grew < MAX_GROWTH_MIB, `the process grew by ${Math.round(grew)} MiB`)
      },
    },
    {
      title: 'scans that end early or break off leave no descriptor behind',
      async run() {
        await using folder = await temporaryFolder('scanner')
        await using running = await started(scanner)
        const file = await fileContent(folder.path, CLEAN)
        const left = await leftBehind(async () => {
          for (let round = 0; round < 20; round += 1) {
            const gone = AbortSignal.abort(new Error('the peer is gone'))
            await running.role.scan(file, callWith(scanner.settings, gone)).catch(() => {})
            await running.role.scan(file, callWith(scanner.settings)).catch(() => {})
            await running.role.scan(brokenContent(), callWith(scanner.settings)).catch(() => {})
          }
        })
        assert.equal(left, undefined, `scan() leaves behind: ${left}`)
      },
    },
  ]
}

/** Whether a scan ends in time, in an error or with something to say. */
async function isNeverClean(scan: Promise<ScanReport>): Promise<boolean> {
  assert.notEqual(await ending(scan), 'late', `scan() goes on ${GRACE_MS} ms after it should have ended`)
  return await scan.then(
    ({ findings, unscanned = [] }) => findings.length > 0 || unscanned.length > 0,
    () => true,
  )
}

function expectClean({ findings, unscanned }: ScanReport): void {
  assert.deepEqual(findings, [])
  assert.deepEqual(unscanned ?? [], [])
}
