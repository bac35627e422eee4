/** Writing conf/: only what differs, whole under SIGKILL, private, and no hand edit lost. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { writeProjections } from '@fsigk/config'
import { isFsigk } from '@fsigk/plugin-api'

const LINES = 2000

const now = () => new Date('2026-03-01T12:30:45.678Z')

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'fsigk-conf-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'conf')
}

function files(ini: string, hosts = 'http_from: ALL\n'): ReadonlyMap<string, string> {
  return new Map([
    ['fsigk.ini', ini],
    ['hosts.allow', hosts],
  ])
}

test('writes what is missing, with mode 0640 or tighter, into a folder that it makes', async (context) => {
  const folder = folderFor(context)
  assert.deepEqual(await writeProjections(folder, files('a=1\n')), {
    written: ['fsigk.ini', 'hosts.allow'],
    rewritten: [],
    kept: [],
    left: [],
  })
  assert.equal(readFileSync(join(folder, 'fsigk.ini'), 'utf8'), 'a=1\n')
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777 & ~0o640, 0, name)
})

test('writes only what differs', async (context) => {
  const folder = folderFor(context)
  await writeProjections(folder, files('a=1\n'))
  const before = statSync(join(folder, 'hosts.allow'))
  assert.deepEqual(await writeProjections(folder, files('a=2\n')), {
    written: ['fsigk.ini'],
    rewritten: [],
    kept: [],
    left: [],
  })
  assert.equal(statSync(join(folder, 'hosts.allow')).ino, before.ino)
  assert.deepEqual(await writeProjections(folder, files('a=2\n')), { written: [], rewritten: [], kept: [], left: [] })
})

test('an older projection of ours is rewritten and not kept', async (context) => {
  const folder = folderFor(context)
  await writeProjections(folder, files('a=1\n'))
  const first = readFileSync(join(folder, 'fsigk.ini'))
  await writeProjections(folder, files('a=2\n'))
  writeFileSync(join(folder, 'fsigk.ini'), first)
  assert.deepEqual(await writeProjections(folder, files('a=3\n')), {
    written: ['fsigk.ini'],
    rewritten: [],
    kept: [],
    left: [],
  })
})

test('a file edited by hand is kept beside, whole, and named', async (context) => {
  const folder = folderFor(context)
  await writeProjections(folder, files('a=1\n'))
  writeFileSync(join(folder, 'fsigk.ini'), 'a=1\nb=mine\n')
  const keptAs = 'fsigk.ini.edited-20260301T123045Z'
  assert.deepEqual(await writeProjections(folder, files('a=1\n'), { now }), {
    written: ['fsigk.ini'],
    rewritten: [],
    kept: [{ name: 'fsigk.ini', keptAs }],
    left: [],
  })
  assert.equal(readFileSync(join(folder, keptAs), 'utf8'), 'a=1\nb=mine\n')
  assert.equal(readFileSync(join(folder, 'fsigk.ini'), 'utf8'), 'a=1\n')
})

test('edits of the same second are kept under names of their own', async (context) => {
  const folder = folderFor(context)
  for (const edit of ['x', 'y', 'z']) {
    await writeProjections(folder, files('a=1\n'), { now })
    writeFileSync(join(folder, 'fsigk.ini'), edit)
  }
  await writeProjections(folder, files('a=1\n'), { now })
  const kept = readdirSync(folder).filter((name) => name.includes('.edited-'))
  assert.deepEqual(kept.map((name) => readFileSync(join(folder, name), 'utf8')).sort(), ['x', 'y', 'z'])
})

test('what somebody had there before the first start is kept', async (context) => {
  const folder = folderFor(context)
  mkdirSync(folder)
  writeFileSync(join(folder, 'hosts.allow'), 'http_from: 10.\n')
  const { kept } = await writeProjections(folder, files('a=1\n'), { now })
  assert.deepEqual(kept, [{ name: 'hosts.allow', keptAs: 'hosts.allow.edited-20260301T123045Z' }])
})

test('a link in place of a file is kept as a link, and what it points to is left alone', async (context) => {
  const folder = folderFor(context)
  mkdirSync(folder)
  writeFileSync(join(folder, 'elsewhere'), 'precious')
  symlinkSync('elsewhere', join(folder, 'fsigk.ini'))
  const { kept } = await writeProjections(folder, files('a=1\n'))
  assert.equal(readlinkSync(join(folder, kept[0]?.keptAs ?? '')), 'elsewhere')
  assert.equal(readFileSync(join(folder, 'elsewhere'), 'utf8'), 'precious')
  assert.ok(statSync(join(folder, 'fsigk.ini')).isFile())
})

test('a mode that somebody loosened is tightened', async (context) => {
  const folder = folderFor(context)
  await writeProjections(folder, files('a=1\n'))
  chmodSync(join(folder, 'fsigk.ini'), 0o666)
  await writeProjections(folder, files('a=1\n'))
  assert.equal(statSync(join(folder, 'fsigk.ini')).mode & 0o777, 0o640)
})

test('without the remembered hashes nothing is lost either', async (context) => {
  const folder = folderFor(context)
  await writeProjections(folder, files('a=1\n'))
  rmSync(join(folder, '.projections'))
  assert.deepEqual((await writeProjections(folder, files('a=1\n'))).kept, [])
  rmSync(join(folder, '.projections'))
  assert.equal((await writeProjections(folder, files('a=2\n'))).kept.length, 1)
})

test('a torn line of the remembered hashes spoils none but itself', async (context) => {
  const folder = folderFor(context)
  await writeProjections(folder, files('a=1\n'))
  const path = join(folder, '.projections')
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20))
  await writeProjections(folder, files('a=2\n', 'http_from: 10.\n'))
  writeFileSync(join(folder, 'fsigk.ini'), 'a=1\n')
  assert.deepEqual((await writeProjections(folder, files('a=3\n', 'http_from: 10.\n'))).kept, [])
})

test('a folder in place of a file is an error that names it, and nothing is written', async (context) => {
  const folder = folderFor(context)
  mkdirSync(join(folder, 'hosts.allow'), { recursive: true })
  await assert.rejects(writeProjections(folder, files('a=1\n')), (error) => {
    assert.ok(isFsigk(error, 'FSIGK_PROJECTION_NOT_WRITTEN'))
    assert.match(error.message, /hosts\.allow' cannot be written: a folder stands in its place/)
    return true
  })
  assert.equal(existsSync(join(folder, 'fsigk.ini')), false)
})

test('SIGKILL at any moment leaves every file whole, old or new, and the next start cleans up', async (context) => {
  const folder = folderFor(context)
  const writer = fileURLToPath(new URL('./write-until-killed.js', import.meta.url))
  for (let round = 0; round < 6; round++) {
    const child = fork(writer, [folder, String(LINES)])
    // It tells when it begins to write a version: the signal meets it somewhere in the middle.
    for (let told = 0; told <= round; told++) await once(child, 'message')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const lines = readFileSync(join(folder, 'fsigk.ini'), 'utf8').split('\n')
    assert.equal(lines.length, LINES + 1)
    assert.equal(new Set(lines.slice(0, -1)).size, 1, 'lines of one version only')
  }
  const { kept } = await writeProjections(folder, files('the end\n'))
  assert.deepEqual(kept, [])
  assert.deepEqual(readdirSync(folder).sort(), ['.projections', 'fsigk.ini', 'hosts.allow'])
})
