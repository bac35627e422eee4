import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openSqliteStore } from '../src/index.js'
import { numbered, storeOf, temporaryFile, versionsOf } from './store-files.js'

test('a store and the files beside it are for their owner alone, whatever the umask', async () => {
  const umask = process.umask(0)
  try {
    await using place = await temporaryFile()
    await using store = await openSqliteStore(place.file)
    await store.append('settings', 0, numbered(1, 1))
    const folder = join(place.file, '..')
    const modes: Record<string, string> = {}
    for (const name of await readdir(folder)) modes[name] = ((await stat(join(folder, name))).mode & 0o777).toString(8)
    assert.deepEqual(modes, {
      'events.db': '600',
      'events.db-shm': '600',
      'events.db-wal': '600',
      'events.db.head': '600',
    })
  } finally {
    process.umask(umask)
  }
})

test('a store file that others may read is made private', async () => {
  await using place = await storeOf(1)
  await chmod(place.file, 0o644)
  await using _ = await openSqliteStore(place.file)
  assert.equal((await stat(place.file)).mode & 0o777, 0o600)
})

test('a store of a newer release is refused and left as it is', async () => {
  await using place = await storeOf(1)
  {
    using database = new DatabaseSync(place.file)
    database.exec('PRAGMA user_version = 2')
  }
  const before = await readFile(place.file)
  const refusal = {
    code: 'EVENTSTORE_SCHEMA_NEWER',
    message: `'${place.file}' was written by a newer release: its schema is 2, this release knows up to 1.`,
  }
  await assert.rejects(openSqliteStore(place.file), refusal)
  await assert.rejects(openSqliteStore(place.file, { readOnly: true }), refusal)
  assert.deepEqual(await readFile(place.file), before)
})

test('a database of another program is refused and left as it is', async () => {
  await using place = await temporaryFile()
  {
    using database = new DatabaseSync(place.file)
    database.exec('CREATE TABLE people (name TEXT)')
  }
  const before = await readFile(place.file)
  await assert.rejects(openSqliteStore(place.file), {
    code: 'EVENTSTORE_FOREIGN_FILE',
    message: `'${place.file}' is not an event store. It has been left as it is.`,
  })
  assert.deepEqual(await readFile(place.file), before)
})

test('what is not a database, not a file, or nowhere is refused by name', async () => {
  await using place = await temporaryFile()
  await writeFile(place.file, 'Dear diary, '.repeat(100))
  await assert.rejects(openSqliteStore(place.file), { code: 'EVENTSTORE_DAMAGED', message: /file is not a database/ })
  await mkdir(`${place.file}.d`)
  await assert.rejects(openSqliteStore(`${place.file}.d`), {
    code: 'EVENTSTORE_UNAVAILABLE',
    message: `'${place.file}.d' cannot be used: it is not a file.`,
  })
  await assert.rejects(openSqliteStore(`${place.file}.d/nowhere/events.db`), {
    code: 'EVENTSTORE_UNAVAILABLE',
    message: /cannot be used: ENOENT: no such file or directory/,
  })
  await assert.rejects(openSqliteStore(`${place.file}.none`, { readOnly: true }), {
    code: 'EVENTSTORE_UNAVAILABLE',
    message: `'${place.file}.none' cannot be used: it is not there.`,
  })
  await assert.rejects(openSqliteStore(place.file, { busyTimeoutMs: -1 }), { code: 'EVENTSTORE_INVALID' })
})

test('a store that is opened to read takes no events and no snapshots', async () => {
  await using place = await storeOf(5)
  await using store = await openSqliteStore(place.file, { readOnly: true })
  assert.deepEqual(await versionsOf(store), [1, 2, 3, 4, 5])
  assert.deepEqual(await store.verify(), { ok: true, streams: 2, events: 6 })
  const refusal = { code: 'EVENTSTORE_READ_ONLY', message: `'${place.file}' was opened for reading only.` }
  await assert.rejects(store.append('settings', 5, numbered(6, 6)), refusal)
  await assert.rejects(store.saveSnapshot('settings', 5, {}), refusal)
  await assert.rejects(store.deleteSnapshots(), refusal)
})

test('a store that another process keeps locked is busy, and free again afterwards', async () => {
  await using place = await storeOf(1)
  await using store = await openSqliteStore(place.file, { busyTimeoutMs: 20 })
  using database = new DatabaseSync(place.file)
  database.exec('BEGIN IMMEDIATE')
  await assert.rejects(store.append('settings', 1, numbered(2, 2)), {
    code: 'EVENTSTORE_BUSY',
    message: `Another process has kept '${place.file}' locked for more than 20 ms.`,
  })
  database.exec('ROLLBACK')
  await store.append('settings', 1, numbered(2, 2))
})
