/** What happened to events that are there is found by hashes and links, and named: stream, version, what it is. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { canonicalJson, openSqliteStore, StoreDamaged } from '../src/index.js'
import { flipBit, numbered, storeOf, tamper, versionsOf } from './store-files.js'

test('a flipped bit in an event is found, and the event is not handed out', async () => {
  await using place = await storeOf(20)
  await flipBit(place.file, '"number":13')
  await using store = await openSqliteStore(place.file)
  const damage = { ok: false, stream: 'settings', version: 13, reason: 'the event does not match its hash' }
  assert.deepEqual(await store.verify(), damage)
  assert.deepEqual(await store.verify('settings'), damage)
  assert.deepEqual(await store.verify('operations'), { ok: true, streams: 1, events: 1 })
  await assert.rejects(versionsOf(store), {
    code: 'EVENTSTORE_DAMAGED',
    message: "The event store is damaged: stream 'settings', version 13: the event does not match its hash.",
  })
  assert.deepEqual(await versionsOf(store, { limit: 2, from: 14 }), [14, 15])
})

test('a flipped bit anywhere in the file is named as damage or changes nothing that is read', async () => {
  await using place = await storeOf(20)
  const sound = await readFile(place.file)
  const HEADER_BYTES = 100
  for (let at = HEADER_BYTES; at < sound.length; at += 151) {
    const flipped = Buffer.from(sound)
    flipped.writeUInt8(sound.readUInt8(at) ^ (1 << (at % 8)), at)
    await writeFile(place.file, flipped)
    try {
      await using store = await openSqliteStore(place.file, { readOnly: true })
      assert.equal((await versionsOf(store)).length, 20, `byte ${at}`)
    } catch (error) {
      assert.ok(error instanceof StoreDamaged, `byte ${at}: ${error}`)
    }
  }
})

test('an event that was changed together with its hash no longer fits the one after it', async () => {
  await using place = await storeOf(5)
  const data = '{"number":33}'
  const hash = await forgedHash(place.file, 3, data)
  tamper(place.file, `UPDATE events SET data = '${data}', hash = '${hash}' WHERE stream = 'settings' AND version = 3`)
  await using store = await openSqliteStore(place.file)
  assert.deepEqual(await store.verify(), {
    ok: false,
    stream: 'settings',
    version: 4,
    reason: 'the event does not continue the one before it',
  })
})

test('an event that is missing in the middle is named', async () => {
  await using place = await storeOf(5)
  tamper(place.file, "DELETE FROM events WHERE stream = 'settings' AND version = 3")
  await using store = await openSqliteStore(place.file)
  const damage = { stream: 'settings', version: 3, reason: 'the event is missing' }
  assert.deepEqual(await store.verify(), { ok: false, ...damage })
  await assert.rejects(versionsOf(store), damage)
  await assert.rejects(versionsOf(store, { direction: 'backward' }), damage)
})

test('a file that ends too early is named', async () => {
  await using place = await storeOf(200)
  await truncate(place.file, 8192)
  await assert.rejects(openSqliteStore(place.file), {
    code: 'EVENTSTORE_DAMAGED',
    message: /'events\.db' is not as it was written/,
  })
})

test('a snapshot whose bytes changed is not handed out; an older one is', async () => {
  await using place = await storeOf(5)
  await using store = await openSqliteStore(place.file)
  await store.saveSnapshot('settings', 3, 'sum of three')
  await store.saveSnapshot('settings', 5, 'sum of five')
  tamper(place.file, `UPDATE snapshots SET data = '"sum of six"' WHERE version = 5`)
  assert.deepEqual(await store.loadSnapshot('settings'), { version: 3, data: 'sum of three' })
})

test('the file itself refuses to change or delete an event', async () => {
  await using place = await storeOf(5)
  await using store = await openSqliteStore(place.file)
  using database = new DatabaseSync(place.file)
  assert.throws(() => database.exec("UPDATE events SET data = 'null'"), /events are never changed/)
  assert.throws(() => database.exec('DELETE FROM events'), /events are never deleted/)
  await store.append('settings', 5, numbered(6, 6))
})

/** The hash that an event would have had with other data. */
async function forgedHash(file: string, version: number, data: string): Promise<string> {
  await using store = await openSqliteStore(file)
  for await (const { previousHash, stream, type, schema } of store.read('settings', { from: version, limit: 1 })) {
    const said = canonicalJson([previousHash, stream, version, type, schema, JSON.parse(data), null], 'event')
    return createHash('sha256').update(said).digest('hex')
  }
  throw new Error(`version ${version} is not there`)
}
