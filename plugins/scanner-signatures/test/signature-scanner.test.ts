import assert from 'node:assert/strict'
import { mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import definition from '../src/index.js'
import { SignatureScanner } from '../src/signature-scanner.js'
import { call, cuts, eicar, inFile, inMemory, silentLog, streamed } from './contents.js'

const packageFolder = fileURLToPath(new URL('../../', import.meta.url))
const never = new AbortController().signal

let home: string
let databases: string
let site: string
let lines: { event: string; data: Readonly<Record<string, unknown>> }[]

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fsigk-signatures-'))
  databases = join(home, 'databases')
  site = join(databases, 'signatures')
  lines = []
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function siteFile(name: string, text: string): Promise<string> {
  await mkdir(site, { recursive: true })
  const file = join(site, name)
  await writeFile(file, text)
  return file
}

function newScanner(folder = packageFolder): SignatureScanner {
  const keep = (event: string, data = {}) => void lines.push({ event, data })
  return new SignatureScanner(
    { package: folder, databases, logs: '/nonexistent' },
    { ...silentLog, info: keep, warn: keep },
  )
}

async function startedScanner(): Promise<SignatureScanner> {
  const scanner = newScanner()
  await scanner.start({}, never)
  return scanner
}

async function threatsIn(
  scanner: SignatureScanner,
  ...content: Parameters<typeof inMemory>
): Promise<readonly string[]> {
  const { findings } = await scanner.scan(inMemory(...content), call())
  return findings.map((finding) => finding.threat)
}

describe('the shipped signatures', () => {
  const eicarFinding = ['EICAR-Test-File']
  const cases = [
    { says: 'the test file', bytes: eicar, expect: eicarFinding },
    {
      says: 'the test file and white space',
      bytes: Buffer.concat([eicar, Buffer.from(' \t\r\n\x1a')]),
      expect: eicarFinding,
    },
    {
      says: 'a file that starts with it',
      bytes: Buffer.concat([eicar, Buffer.alloc(10_000, 'x')]),
      expect: eicarFinding,
    },
    {
      says: 'a page that shows it',
      bytes: Buffer.concat([Buffer.from('<pre>\n\n'), eicar]),
      type: 'text/html',
      expect: [],
    },
    {
      says: 'a mail that carries it',
      bytes: Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), eicar]),
      type: 'message/rfc822',
      expect: eicarFinding,
    },
    {
      says: 'an upload of it',
      bytes: Buffer.concat([
        Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\n'),
        eicar,
        Buffer.from('\r\n--b--\r\n'),
      ]),
      type: 'multipart/form-data; boundary=b',
      expect: eicarFinding,
    },
    { says: 'all but its last byte', bytes: eicar.subarray(0, 67), expect: [] },
    { says: 'nothing', bytes: Buffer.alloc(0), expect: [] },
  ]
  for (const { says, bytes, type, expect } of cases) {
    test(`${says}: ${expect.join() || 'nothing is found'}`, async () => {
      const scanner = await startedScanner()
      for (const chunks of cuts(bytes.subarray(0, 300))) {
        assert.deepEqual(await threatsIn(scanner, chunks, type === undefined ? {} : { type }), expect)
      }
    })
  }

  test('a finding is malware', async () => {
    const report = await (await startedScanner()).scan(streamed([eicar]), call())
    assert.deepEqual(report, { findings: [{ threat: 'EICAR-Test-File', category: 'malware' }] })
  })

  test('all lines are good, and the definitions say their version and number', async () => {
    const scanner = await startedScanner()
    assert.match(scanner.definitions, /^baseline \d{4}-\d\d-\d\d\.\d+, 2 signatures$/)
    assert.deepEqual(
      lines.map((line) => line.event),
      ['signatures loaded'],
    )
    assert.equal(lines[0]?.data['refused'], 0)
  })
})

describe('signatures of the site', () => {
  test('are in force beside the shipped ones, and part of what the definitions say', async () => {
    await siteFile('ours.sig', '# ours\nOurs.A:literal:"needle one"\n')
    await siteFile('theirs.sig', '\ufeffTheirs.B:literal:"needle two":start')
    await siteFile('notes.txt', 'not a signature')
    const scanner = await startedScanner()
    assert.deepEqual(await threatsIn(scanner, [Buffer.from('a needle one')]), ['Ours.A'])
    assert.deepEqual(await threatsIn(scanner, [Buffer.from('needle two')]), ['Theirs.B'])
    assert.deepEqual(await threatsIn(scanner, [eicar]), ['EICAR-Test-File'])
    assert.match(scanner.definitions, /^baseline \S+, site [0-9a-f]{8} of \d{4}-\d\d-\d\d, 4 signatures$/)
  })

  test('a bad line is reported with file, line and rule; the good ones stay in force', async () => {
    const file = await siteFile('ours.sig', 'Ours.A:literal:"needle"\r\n\nOurs.B:literal:xyz\nOurs.C:literal:"thread"')
    const scanner = await startedScanner()
    assert.deepEqual(
      lines.filter((line) => line.event === 'signature refused'),
      [
        {
          event: 'signature refused',
          data: { file, line: 3, rule: 'a literal is pairs of hex digits, or a text in double quotes' },
        },
      ],
    )
    assert.deepEqual(await threatsIn(scanner, [Buffer.from('a needle')]), ['Ours.A'])
    assert.deepEqual(await threatsIn(scanner, [Buffer.from('a thread')]), ['Ours.C'])
  })

  test('a file full of bad lines does not flood the log', async () => {
    await siteFile('ours.sig', 'bad\n'.repeat(10_000))
    await startedScanner()
    assert.equal(lines.filter((line) => line.event === 'signature refused').length, 100)
    assert.deepEqual(lines.at(-2), { event: 'more signatures refused', data: { count: 9900 } })
  })

  test('reload takes in what changed, and a content under way keeps what it began with', async () => {
    await siteFile('ours.sig', 'Old:literal:"needle"')
    const scanner = await startedScanner()
    const before = scanner.definitions
    const content = {
      ...streamed([], { bytes: 1_000_006 }),
      async *open() {
        yield Buffer.alloc(1_000_000, 'x')
        await siteFile('ours.sig', 'New:literal:"thread"')
        await scanner.reload({}, never)
        yield Buffer.from('needle')
      },
    }
    assert.deepEqual(
      (await scanner.scan(content, call())).findings.map((finding) => finding.threat),
      ['Old'],
    )
    assert.notEqual(scanner.definitions, before)
    assert.deepEqual(await threatsIn(scanner, [Buffer.from('needle')]), [])
    assert.deepEqual(await threatsIn(scanner, [Buffer.from('thread')]), ['New'])
  })

  test('a reload that fails leaves all in force that was', async () => {
    const file = await siteFile('ours.sig', 'Ours:literal:"needle"')
    const scanner = await startedScanner()
    const before = scanner.definitions
    await rm(file)
    await mkdir(file)
    await assert.rejects(scanner.reload({}, never), {
      code: 'FSIGK_SIGNATURES_UNREADABLE',
      message: /ours\.sig.*regular file/,
    })
    assert.equal(scanner.definitions, before)
    assert.deepEqual(await threatsIn(scanner, [Buffer.from('needle')]), ['Ours'])
  })

  test('a folder that cannot be read is an error that names it', async () => {
    await mkdir(databases)
    await writeFile(site, 'a file where a folder belongs')
    await assert.rejects(newScanner().start({}, never), {
      code: 'FSIGK_SIGNATURES_UNREADABLE',
      message: /signatures'.*ENOTDIR/,
    })
  })

  test('a file beyond all bounds is refused before it is read', async () => {
    await truncate(await siteFile('ours.sig', ''), 65 * 1024 * 1024)
    await assert.rejects(newScanner().start({}, never), {
      code: 'FSIGK_SIGNATURES_UNREADABLE',
      message: /larger than 67108864/,
    })
  })
})

describe('the scanner', () => {
  test('does not start without the shipped signatures', async () => {
    await assert.rejects(newScanner(home).start({}, never), {
      code: 'FSIGK_SIGNATURES_UNREADABLE',
      message: /no \*\.sig file/,
    })
  })

  test('scans nothing before it has started and after it has stopped', async () => {
    const scanner = newScanner()
    await assert.rejects(scanner.scan(inMemory([eicar]), call()), { code: 'FSIGK_SIGNATURES_NOT_LOADED' })
    await scanner.start({}, never)
    await scanner.stop()
    await assert.rejects(scanner.scan(inMemory([eicar]), call()), { code: 'FSIGK_SIGNATURES_NOT_LOADED' })
    assert.equal(scanner.definitions, 'not loaded')
  })

  test('obeys a signal that is over before it begins, at start and in a scan', async () => {
    const over = AbortSignal.abort(new Error('over'))
    await assert.rejects(newScanner().start({}, over), /over/)
    await assert.rejects((await startedScanner()).scan(inMemory([eicar]), call(over)), /over/)
  })

  test('a file of 1 GB is searched to its last byte in the memory of a few blocks', async () => {
    await siteFile('ours.sig', 'Ours:literal:"the needle at the end":end\nMore:literal:"another needle"')
    const scanner = await startedScanner()
    const bytes = 1024 ** 3
    const path = join(home, 'large')
    const needle = Buffer.from('the needle at the end')
    const file = await open(path, 'w')
    await file.write(needle, 0, needle.length, bytes - needle.length)
    await file.close()
    const before = process.memoryUsage().rss
    const { findings } = await scanner.scan(inFile(path, bytes), call())
    assert.deepEqual(findings, [{ threat: 'Ours', category: 'malware' }])
    const grown = process.memoryUsage().rss - before
    assert.ok(grown < 256 * 1024 ** 2, `grew by ${grown} bytes`)
  })

  test('is declared as a scanner with a section of its own', () => {
    assert.equal(definition.kind, 'scanner')
    assert.equal(definition.section, 'scanner_signatures')
    assert.equal(definition.plugin, SignatureScanner)
  })
})
