/** Stores as releases wrote them, one of every event schema there ever was, opened by the real program of today. */
import assert from 'node:assert/strict'
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { runCli, temporaryFolder } from '@fsigk/testing'
import { openSqliteStore } from 'eventstore-lite'

const fixtures = new URL('../../../../migrations/test/fixtures/', import.meta.url).pathname

/** What a store is known to hold; written by hand when it was made. */
interface Expected {
  /** All but what the gateway made by itself. */
  readonly history: readonly { readonly revision: number }[]
  /** Values in force, by revision and key. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Lines of hosts.allow, by revision. */
  readonly hosts: Readonly<Record<string, readonly string[]>>
  /** The template of the detection page, by revision. */
  readonly template: Readonly<Record<string, string>>
}

/** A home whose store is a copy of a fixture. */
async function homeOf(version: string) {
  const folder = await temporaryFolder()
  const store = join(folder.path, 'store', 'events.db')
  await mkdir(join(folder.path, 'store'), { mode: 0o700 })
  for (const end of ['', '.head']) await copyFile(join(fixtures, version, `events.db${end}`), store + end)
  const config = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runCli(folder.path, ['config', ...args])
    assert.equal(code, 0, `config ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  return { path: folder.path, store, config, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

/** What this release writes. */
const known = (await readdir(fixtures)).length

test('there is a store of every event schema up to the one that is written today [CFG-14]', async () => {
  await using folder = await temporaryFolder()
  assert.equal((await runCli(folder.path, ['config', 'set', 'http.pre_spawn=50'])).code, 0)
  const today = (await storedEvents(join(folder.path, 'store', 'events.db'))).map(({ schema }) => schema)
  assert.deepEqual(today, [known, known])
  for (let version = 1; version <= known; version += 1) {
    const schemas = (await storedEvents(join(fixtures, `v${version}`, 'events.db'))).map(({ schema }) => schema)
    assert.deepEqual([...new Set(schemas)], [version])
  }
})

for (const version of await readdir(fixtures)) {
  test(`a store of event schema ${version} opens, tells its history and goes on [CFG-14]`, async () => {
    await using home = await homeOf(version)
    const expected = JSON.parse(await readFile(join(fixtures, version, 'expected.json'), 'utf8')) as Expected
    const newest = Math.max(...expected.history.map(({ revision }) => revision))
    assert.equal(await home.config('verify'), `${newest} revisions, chain whole\n`)

    const told = JSON.parse(await home.config('history', '--json')) as readonly { readonly revision: number }[]
    const wanted = new Set(expected.history.map(({ revision }) => revision))
    assert.partialDeepStrictEqual(
      told.filter(({ revision }) => wanted.has(revision)),
      expected.history,
    )
    for (const [revision, lines] of Object.entries(expected.hosts)) {
      const text = await home.config('show', '--rev', revision, '--file', 'hosts.allow')
      for (const line of lines) assert.ok(text.split('\n').includes(line), `r${revision}: ${line}\n${text}`)
    }
    for (const [revision, text] of Object.entries(expected.template))
      assert.equal(await home.config('show', '--rev', revision, '--file', 'template_http.html'), text)
    for (const [revision, values] of Object.entries(expected.values)) {
      const ini = (await home.config('show', '--rev', revision, '--file', 'fsigk.ini')).split('\n')
      const http = ini.slice(ini.indexOf('[http]'))
      for (const [name, value] of Object.entries(values))
        assert.equal(
          http.find((line) => line.startsWith(`${name}=`)),
          `${name}=${value}`,
          `r${revision}`,
        )
    }

    const bytes = await storedEvents(home.store)
    await home.config('set', 'http.pre_spawn=77')
    assert.deepEqual((await storedEvents(home.store)).slice(0, newest), bytes, 'old events stay as they were stored')
    assert.equal(await home.config('verify'), `${newest + 1} revisions, chain whole\n`)
  })
}

test('a store with an event of a newer release is refused by every way in, and left as it is [CFG-14]', async () => {
  await using home = await homeOf('v2')
  {
    await using store = await openSqliteStore(home.store)
    const meta = { at: '2030-01-01T00:00:00.000Z', who: 'a later release' }
    const event = { type: 'SettingsMeant', schema: known + 1, data: {}, meta }
    await store.append('settings', await store.version('settings'), [event])
  }
  await assertRefused(home, `its schema is ${known + 1}, this release knows up to ${known}`)
})

test('a store with tables of a newer release is refused by every way in, and left as it is [CFG-14]', async () => {
  await using home = await homeOf('v2')
  using database = new DatabaseSync(home.store)
  database.exec('PRAGMA user_version = 9')
  database.close()
  await assertRefused(home, 'its schema is 9, this release knows up to 1')
})

async function assertRefused({ path, store }: { readonly path: string; readonly store: string }, problem: string) {
  const before = await readFile(store)
  const ways = [
    ['run'],
    ['config', 'history'],
    ['config', 'set', 'http.pre_spawn=5'],
    ['config', 'show'],
    ['config', 'verify'],
  ]
  for (const words of ways) {
    const late = setTimeout(() => void runCli(path, ['stop']), 8_000)
    const { code, stderr } = await runCli(path, words).finally(() => clearTimeout(late))
    assert.equal(code, 2, `${words.join(' ')}: ${stderr}`)
    assert.ok(stderr.includes(store) && stderr.includes(problem) && /newer release/.test(stderr), stderr)
  }
  assert.deepEqual(await readFile(store), before)
}

async function storedEvents(file: string) {
  using database = new DatabaseSync(file, { readOnly: true })
  return database.prepare("SELECT * FROM events WHERE stream = 'settings' ORDER BY version").all()
}
