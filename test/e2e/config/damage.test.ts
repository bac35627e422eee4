/** A damaged history: what the program says of it, and what a repair brings back. Real files of a real home are damaged. */
import assert from 'node:assert/strict'
import { copyFile, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli, startTestGateway } from '@fsigk/testing'
import { stoppedHome } from './stopped-home.js'

interface Report {
  readonly whole: boolean
  readonly revisions: number
  readonly once: number
  readonly damages: readonly { readonly stream: string; readonly at: number; readonly reason: string }[]
  readonly fileProblem?: string
  readonly headProblem?: string
}

interface Repair {
  readonly repaired: boolean
  readonly revision: number
  readonly kept: readonly string[]
  readonly cut: string | null
  readonly found: Report
}

/** A stopped home with so many revisions: the first, then `http.pre_spawn` at 102, 103, … */
async function homeWith(revisions: number) {
  const { path, given, [Symbol.asyncDispose]: dispose } = await stoppedHome()
  for (let revision = 2; revision <= revisions; revision += 1) await given({ 'http.pre_spawn': `${100 + revision}` })
  const config = (...args: readonly string[]) => runCli(path, ['config', ...args])
  return {
    path,
    store: join(path, 'store', 'events.db'),
    given,
    config,
    /** Must not start; one that does is stopped, so that its end shows it. */
    run: async () => {
      const late = setTimeout(() => void runCli(path, ['stop']), 8_000)
      return await runCli(path, ['run']).finally(() => clearTimeout(late))
    },
    verify: async () => JSON.parse((await config('verify', '--json')).stdout) as Report,
    [Symbol.asyncDispose]: dispose,
  }
}

type DamagedHome = Awaited<ReturnType<typeof homeWith>>

async function flipBitAt(file: string, text: string): Promise<void> {
  const bytes = await readFile(file)
  const at = bytes.indexOf(text)
  assert.notEqual(at, -1, `${text} stands in ${file}`)
  const last = at + text.length - 1
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last)
  await writeFile(file, bytes)
}

/** Every way in says so, names file and remedy, and changes nothing; only `verify` and `repair` go on. */
async function assertRefused(home: DamagedHome, problem: RegExp): Promise<void> {
  const before = await readFile(home.store).catch(() => undefined)
  const refusals = await Promise.all([
    home.run(),
    home.config('history'),
    home.config('set', 'http.pre_spawn=7'),
    home.config('show'),
    home.config('rollback', '1'),
  ])
  for (const { code, stderr } of refusals) {
    assert.equal(code, 2, stderr)
    assert.match(stderr, problem)
    assert.ok(stderr.includes(home.store) && stderr.includes("'fsigk config repair'"), stderr)
  }
  assert.deepEqual(await readFile(home.store).catch(() => undefined), before)
}

async function repair(home: DamagedHome): Promise<Repair> {
  const { code, stdout, stderr } = await home.config('repair', '--json')
  assert.equal(code, 0, stdout + stderr)
  const { stdout: said, code: sound } = await home.config('verify')
  const report = JSON.parse(stdout) as Repair
  assert.deepEqual([said, sound], [`${report.revision} revisions, chain whole\n`, 0])
  return report
}

test('a whole history is said to be whole, by a stopped and by a running gateway [CFG-20]', async () => {
  await using home = await homeWith(3)
  assert.deepEqual(await home.config('verify'), { code: 0, stdout: '3 revisions, chain whole\n', stderr: '' })
  const { whole, revisions, damages } = await home.verify()
  assert.deepEqual({ whole, revisions, damages }, { whole: true, revisions: 3, damages: [] })
  assert.deepEqual(await home.config('repair'), {
    code: 1,
    stdout: 'Nothing to repair: 3 revisions, chain whole\n',
    stderr: '',
  })
  await using gateway = await startTestGateway({ home: home.path })
  const { revision } = JSON.parse((await gateway.cli('status', '--json')).stdout) as { revision: number }
  assert.deepEqual(await home.config('verify'), { code: 0, stdout: `${revision} revisions, chain whole\n`, stderr: '' })
  const refused = await home.config('repair')
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /has its history open\. Stop it with 'fsigk stop', then repair/)
})

test('a flipped bit is met at start with file, revision and remedy, and repaired back to the revision before [CFG-20]', async () => {
  await using home = await homeWith(6)
  await flipBitAt(home.store, '"to":104')
  await assertRefused(home, /r4: the event does not match its hash/)
  const verified = await home.config('verify')
  assert.equal(verified.code, 1)
  assert.match(verified.stdout, /^ {2}r4: the event does not match its hash \(3 from there on can still be read\)$/m)
  assert.match(verified.stdout, /^Revisions 1 to 3 are whole, of 6\.$/m)

  const damaged = await readFile(home.store)
  const dry = await home.config('repair', '--dry-run')
  assert.equal(dry.code, 1)
  assert.match(dry.stdout, /A repair would go back to r3; r4 to r6 would be lost\./)
  assert.deepEqual(await readFile(home.store), damaged)

  const { revision, kept, cut } = await repair(home)
  assert.equal(revision, 3)
  const folder = join(home.path, 'store')
  assert.deepEqual(await readFile(join(folder, kept[0] ?? '')), damaged)
  assert.equal((await stat(join(folder, kept[0] ?? ''))).mode & 0o777, 0o600)
  const lines = (await readFile(join(folder, cut ?? ''), 'utf8')).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ version, unchanged }) => [version, unchanged]),
    [
      [4, false],
      [5, true],
      [6, true],
    ],
  )
  assert.match(await readFile(join(home.path, 'conf', 'fsigk.ini'), 'utf8'), /^pre_spawn=103$/m)
  assert.equal((await home.config('set', 'http.pre_spawn=9')).stdout.split('\n')[0], 'r4 saved; no gateway runs here.')
  const bytes = await readFile(home.store)
  assert.ok(bytes.includes('StoreRepaired'), 'the operations tell of the repair')
})

test('a truncated file is named with its last whole revision, and salvaged [CFG-20]', async () => {
  await using home = await homeWith(4)
  const { size } = await stat(home.store)
  await truncate(home.store, size - 4096)
  await assertRefused(home, /revisions 1 to 4 are whole|no revision is whole/)
  const { fileProblem, revisions } = await home.verify()
  assert.match(fileProblem ?? '', /^'events\.db' ends too early: \d+ of its \d+ pages are there$/)
  const { revision } = await repair(home)
  assert.ok(revision >= revisions && revision <= 4)
  assert.equal((await home.config('history')).code, 0)
})

test('a file whose header is overwritten loses no revision [CFG-20]', async () => {
  await using home = await homeWith(4)
  await writeFile(home.store, (await readFile(home.store)).fill(0x20, 0, 100))
  await assertRefused(home, /revisions 1 to 4 are whole/)
  assert.equal((await home.verify()).fileProblem, "the header of 'events.db' is damaged")
  assert.equal((await repair(home)).revision, 4)
})

test('a lost tail is told by the head file, and accepted by a repair [CFG-20]', async () => {
  await using home = await homeWith(3)
  await copyFile(home.store, `${home.store}.old`)
  for (const value of ['200', '201']) await home.given({ 'http.pre_spawn': value })
  await rename(`${home.store}.old`, home.store)
  await assertRefused(home, /r4: the last events are lost; the stream once had 5/)
  const { headProblem, revisions, once } = await home.verify()
  assert.match(headProblem ?? '', /^the head file is newer than the store/)
  assert.deepEqual([revisions, once], [3, 5])
  const { stdout, code } = await home.config('repair')
  assert.equal(code, 0)
  assert.match(stdout, /^Repaired: the settings are those of r3; r4 to r5 are lost\.$/m)
  assert.equal((await home.config('verify')).stdout, '3 revisions, chain whole\n')
})

test('a head file that is missing, older or damaged is named, and made anew without a loss [CFG-20]', async () => {
  await using home = await homeWith(3)
  const head = `${home.store}.head`
  await copyFile(head, `${head}.old`)
  for (const value of ['200', '201']) await home.given({ 'http.pre_spawn': value })
  await copyFile(`${head}.old`, head)
  assert.match(
    (await home.verify()).headProblem ?? '',
    /^the head file is older than the store: it knows 3 .* there are 5$/,
  )
  assert.equal((await repair(home)).revision, 5)
  await flipBitAt(head, '"stream":"settings"')
  await assertRefused(home, /line \d+ of 'events\.db\.head' is damaged/)
  assert.equal((await repair(home)).revision, 5)
  await rm(head)
  await assertRefused(home, /'events\.db\.head' is missing/)
  assert.match((await home.verify()).headProblem ?? '', /is missing/)
  assert.equal((await repair(home)).revision, 5)
  assert.equal((await readdir(join(home.path, 'store'))).filter((name) => name.endsWith('.head')).length >= 2, true)
})

test('a running gateway verifies what is on the disk, not what it remembers, and goes on serving [CFG-20]', async () => {
  await using home = await homeWith(3)
  await using gateway = await startTestGateway({ home: home.path })
  await flipBitAt(home.store, '"to":102')
  const verified = await home.config('verify')
  assert.equal(verified.code, 1, verified.stderr)
  assert.match(verified.stdout, /r2: the event does not match its hash/)
  assert.equal((await gateway.cli('status', '--json')).code, 0)
})
