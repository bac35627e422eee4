/** What a hash chain cannot see, that last events are missing, is seen by the head file when the store is opened. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openSqliteStore, StoreDamaged } from '../src/index.js'
import { appendTo, flipBit, numbered, storeOf, tamper, temporaryFile, versionsOf } from './store-files.js'

interface Damage {
  readonly stream: string
  readonly version: number
  readonly reason: string
}

/** Opening refuses; opening to read only still shows what is there, and verifying says the same. */
async function assertRefused(file: string, damage: Damage, stillThere: readonly number[]): Promise<void> {
  await assert.rejects(openSqliteStore(file), (error) => {
    assert.ok(error instanceof StoreDamaged)
    const { stream, version, reason } = error
    assert.deepEqual({ stream, version, reason }, damage)
    return true
  })
  await using store = await openSqliteStore(file, { readOnly: true })
  assert.deepEqual(await store.verify(), { ok: false, ...damage })
  assert.deepEqual(await versionsOf(store), stillThere)
}

test('a write-ahead log whose end is cut off', async () => {
  await using place = await temporaryFile()
  const writer = fork(fileURLToPath(new URL('./append-on-request.js', import.meta.url)), [place.file, 'writer'])
  await once(writer, 'message')
  for (const version of [0, 1, 2, 3]) {
    writer.send(version)
    await once(writer, 'message')
  }
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  const log = `${place.file}-wal`
  await truncate(log, (await stat(log)).size - 1)
  const damage = { stream: 'settings', version: 4, reason: 'the last events are lost; the stream once had 4' }
  await assertRefused(place.file, damage, [1, 2, 3])
})

test('an older copy of the file', async () => {
  await using place = await storeOf(5)
  await copyFile(place.file, `${place.file}.old`)
  await appendTo(place.file, 5, numbered(6, 8))
  await rename(`${place.file}.old`, place.file)
  const damage = { stream: 'settings', version: 6, reason: 'the last events are lost; the stream once had 8' }
  await assertRefused(place.file, damage, [1, 2, 3, 4, 5])
})

test('a stream that is gone', async () => {
  await using place = await storeOf(5)
  tamper(place.file, "DELETE FROM events WHERE stream = 'settings'")
  const damage = { stream: 'settings', version: 1, reason: 'the last events are lost; the stream once had 5' }
  await assertRefused(place.file, damage, [])
})

test('a last event in the place of another', async () => {
  await using place = await storeOf(5)
  await using copy = await temporaryFile()
  await copyFile(place.file, copy.file)
  await copyFile(`${place.file}.head`, `${copy.file}.head`)
  await appendTo(place.file, 5, numbered(6, 6))
  await appendTo(copy.file, 5, numbered(66, 66))
  await copyFile(copy.file, place.file)
  const damage = { stream: 'settings', version: 6, reason: 'the event is not the one that was stored there once' }
  await assertRefused(place.file, damage, [1, 2, 3, 4, 5, 6])
})

test('a store file that is gone', async () => {
  await using place = await storeOf(5)
  await rm(place.file)
  await assert.rejects(openSqliteStore(place.file), {
    stream: 'operations',
    version: 1,
    reason: 'the last events are lost; the stream once had 1',
  })
})

test('events that vanish under a running store are noticed by the next append', async () => {
  await using place = await storeOf(5)
  await using store = await openSqliteStore(place.file)
  tamper(place.file, "DELETE FROM events WHERE stream = 'settings' AND version = 5")
  await assert.rejects(store.append('settings', 4, numbered(5, 5)), {
    code: 'EVENTSTORE_DAMAGED',
    stream: 'settings',
    version: 5,
  })
  assert.equal(await store.version('settings'), 4)
})

test('a store whose head file is missing is refused, since events may be lost; an empty one is not', async () => {
  await using place = await storeOf(5)
  await rename(`${place.file}.head`, `${place.file}.head.lost`)
  const reason = "'events.db.head' is missing, so that lost events would not be noticed"
  await assert.rejects(openSqliteStore(place.file), { code: 'EVENTSTORE_DAMAGED', reason })
  await using empty = await temporaryFile()
  await openSqliteStore(empty.file).then((store) => store[Symbol.asyncDispose]())
  await rm(`${empty.file}.head`)
  await openSqliteStore(empty.file).then((store) => store[Symbol.asyncDispose]())
})

test('a damaged head file is named', async () => {
  await using place = await storeOf(5)
  const head = `${place.file}.head`
  await flipBit(head, '"version":5')
  await assert.rejects(openSqliteStore(place.file), { stream: '', reason: "line 3 of 'events.db.head' is damaged" })
  await writeFile(head, '')
  const reason = "'events.db.head' is not a head file that this release knows"
  await assert.rejects(openSqliteStore(place.file), { code: 'EVENTSTORE_DAMAGED', reason })
})

test('a head file that is taken away from a running store is named, and made anew by the next append', async () => {
  await using place = await storeOf(5)
  await using store = await openSqliteStore(place.file)
  await rm(`${place.file}.head`)
  assert.deepEqual(await store.verify(), {
    ok: false,
    stream: '',
    version: 0,
    reason: "'events.db.head' is missing, so that lost events would not be noticed",
  })
  await store.append('settings', 5, numbered(6, 6))
  assert.deepEqual(await store.verify(), { ok: true, streams: 2, events: 7 })
})

test('a head line that was not written to its end is no damage', async () => {
  await using place = await storeOf(5)
  const head = `${place.file}.head`
  const sound = await readFile(head, 'utf8')
  for (const torn of ['? 0123', '\0\0\0\0', '! 01234567 {"hash":']) {
    await writeFile(head, sound + torn)
    await using store = await openSqliteStore(place.file)
    assert.deepEqual(await store.verify(), { ok: true, streams: 2, events: 6 })
  }
  assert.equal(await readFile(head, 'utf8'), sound)
})

test('the head file stays small', async () => {
  await using place = await storeOf(5)
  await using store = await openSqliteStore(place.file)
  for (let version = 5; version < 1500; version += 1) {
    await store.append('settings', version, numbered(version + 1, version + 1))
  }
  assert.ok((await stat(`${place.file}.head`)).size < 80_000)
  assert.deepEqual(await store.verify(), { ok: true, streams: 2, events: 1501 })
})
