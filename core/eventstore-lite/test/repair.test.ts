/** A damaged store is inspected and repaired without SQLite, which may not open it any more. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inspectSqliteStore, openSqliteStore, type Repair, repairSqliteStore } from '../src/index.js'
import { appendTo, flipBit, numbered, storeOf, tamper, temporaryFile, versionsOf } from './store-files.js'

const stamp = '20261124T120000Z'

/** Repairs, and finds the store sound: it opens, verifies, holds so many settings, and goes on. */
async function repaired(file: string, settings: number): Promise<Repair> {
  const repair = repairSqliteStore(file, { stamp })
  assert.equal(repair.repaired, true)
  await using store = await openSqliteStore(file)
  assert.equal((await store.verify()).ok, true)
  assert.equal((await versionsOf(store)).length, settings)
  await store.append('settings', settings, numbered(settings + 1, settings + 1))
  await store.saveSnapshot('settings', settings + 1, 'sum')
  assert.equal(inspectSqliteStore(file).whole, true)
  return repair
}

async function cutOf(file: string, { cut }: Repair) {
  const text = await readFile(join(dirname(file), cut ?? ''), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { version: number; unchanged: boolean; data: unknown })
}

test('a whole store is left alone', async () => {
  await using place = await storeOf(20)
  const before = await readFile(place.file)
  assert.deepEqual(inspectSqliteStore(place.file), {
    whole: true,
    streams: [
      { stream: 'operations', events: 1, cut: 0, once: 1 },
      { stream: 'settings', events: 20, cut: 0, once: 20 },
    ],
  })
  assert.deepEqual(repairSqliteStore(place.file, { stamp }).repaired, false)
  assert.deepEqual(await readFile(place.file), before)
})

test('a flipped bit: the events before it stay, those from it on are kept beside the store', async () => {
  await using place = await storeOf(20)
  await flipBit(place.file, '"number":13')
  const damaged = await readFile(place.file)
  const condition = {
    whole: false,
    streams: [
      { stream: 'operations', events: 1, cut: 0, once: 1 },
      {
        stream: 'settings',
        events: 12,
        break: { version: 13, reason: 'the event does not match its hash' },
        cut: 8,
        once: 20,
      },
    ],
  }
  assert.deepEqual(inspectSqliteStore(place.file), condition)
  assert.deepEqual(repairSqliteStore(place.file, { stamp, dryRun: true }), {
    found: condition,
    repaired: false,
    kept: [],
  })
  assert.deepEqual(await readFile(place.file), damaged)
  const repair = await repaired(place.file, 12)
  assert.deepEqual(repair.kept, [`events.db.damaged-${stamp}`, `events.db.damaged-${stamp}.head`])
  assert.deepEqual(await readFile(`${place.file}.damaged-${stamp}`), damaged)
  const cut = await cutOf(place.file, repair)
  assert.deepEqual(
    cut.map(({ version }) => version),
    [13, 14, 15, 16, 17, 18, 19, 20],
  )
  assert.deepEqual(
    cut.map(({ unchanged }) => unchanged),
    [false, true, true, true, true, true, true, true],
  )
  assert.deepEqual(cut[1]?.data, { number: 14 })
})

test('a file that ends too early: all rows that are left are found, in its first pages and behind them', async () => {
  await using place = await storeOf(200)
  const { length } = await readFile(place.file)
  await truncate(place.file, length - 10_000)
  const { fileProblem, streams } = inspectSqliteStore(place.file)
  assert.match(fileProblem ?? '', /^'events\.db' ends too early: \d+ of its \d+ pages are there$/)
  const settings = streams.find(({ stream }) => stream === 'settings')
  assert.ok(settings !== undefined && settings.events > 50 && settings.events < 200, JSON.stringify(settings))
  assert.equal(settings.once, 200)
  await repaired(place.file, settings.events)
})

test('a file whose header is gone loses nothing', async () => {
  await using place = await storeOf(200)
  const bytes = await readFile(place.file)
  await writeFile(place.file, bytes.fill(0x55, 0, 100))
  assert.equal(inspectSqliteStore(place.file).fileProblem, "the header of 'events.db' is damaged")
  await repaired(place.file, 200)
})

test('a page whose list of rows is gone loses nothing', async () => {
  await using place = await storeOf(20)
  const bytes = await readFile(place.file)
  const leaf = Math.floor(bytes.indexOf('"number":13') / 4096) * 4096
  await writeFile(place.file, bytes.fill(0xff, leaf, leaf + 8))
  assert.equal(inspectSqliteStore(place.file).whole, false)
  await repaired(place.file, 20)
})

test('events that are longer than a page are found whole', async () => {
  await using place = await temporaryFile()
  const long = numbered(1, 5).map((event, index) => ({ ...event, data: String(index).repeat(9000 * (index + 1)) }))
  await appendTo(place.file, 0, long)
  const bytes = await readFile(place.file)
  await writeFile(place.file, bytes.fill(0x55, 0, 100))
  await repaired(place.file, 5)
})

test('a bit that is flipped anywhere costs at most what comes after it in its stream, and the store is repaired', async () => {
  await using place = await storeOf(20)
  const sound = await readFile(place.file)
  const head = await readFile(`${place.file}.head`)
  let damaged = 0
  for (let at = 0; at < sound.length; at += 307) {
    const flipped = Buffer.from(sound)
    flipped.writeUInt8(sound.readUInt8(at) ^ (1 << (at % 8)), at)
    await writeFile(place.file, flipped)
    await writeFile(`${place.file}.head`, head)
    const { whole, streams } = inspectSqliteStore(place.file)
    const [settings = 0] = streams.filter(({ stream }) => stream === 'settings').map(({ events }) => events)
    if (whole) assert.equal(settings, 20, `byte ${at}`)
    else {
      damaged += 1
      await repaired(place.file, settings)
    }
  }
  assert.ok(damaged > 10, `${damaged} of the flips did damage`)
})

test('a flipped bit in the write-ahead log: what SQLite gives up is found, even after it has deleted the log', async () => {
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
  const bytes = await readFile(log)
  // In a frame in the middle of the log, where its first events were written.
  const at = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  await writeFile(log, bytes)
  assert.equal(inspectSqliteStore(place.file).whole, false)
  await assert.rejects(openSqliteStore(place.file), { code: 'EVENTSTORE_DAMAGED' })
  await assert.rejects(openSqliteStore(place.file), { code: 'EVENTSTORE_DAMAGED' })
  await repaired(place.file, 4)
})

test('a log that was kept of a damage means nothing once a backup is in place', async () => {
  await using place = await storeOf(5)
  await using backup = await temporaryFile()
  for (const end of ['', '.head']) await copyFile(place.file + end, backup.file + end)
  {
    await using store = await openSqliteStore(place.file)
    for (const version of [5, 6, 7]) await store.append('settings', version, numbered(version + 1, version + 1))
    await copyFile(`${place.file}-wal`, `${backup.file}-wal.kept`)
  }
  assert.equal(inspectSqliteStore(backup.file).whole, true)
  await appendTo(backup.file, 5, numbered(66, 66))
  assert.equal(inspectSqliteStore(backup.file).whole, true)
  assert.deepEqual((await readdir(dirname(backup.file))).sort(), ['events.db', 'events.db.head'])
})

test('lost last events: nothing is cut, the loss is told, and the store goes on', async () => {
  await using place = await storeOf(5)
  await copyFile(place.file, `${place.file}.old`)
  await appendTo(place.file, 5, numbered(6, 8))
  await rename(`${place.file}.old`, place.file)
  const repair = await repaired(place.file, 5)
  assert.equal(
    repair.found.headProblem,
    "the head file is newer than the store: it knows 8 events of stream 'settings', of which 5 are there",
  )
  assert.deepEqual(repair.found.streams[1], {
    stream: 'settings',
    events: 5,
    break: { version: 6, reason: 'the last events are lost; the stream once had 8' },
    cut: 0,
    once: 8,
  })
  assert.equal(repair.cut, undefined)
})

test('a last event in the place of another is cut', async () => {
  await using place = await storeOf(5)
  await using copy = await temporaryFile()
  await copyFile(place.file, copy.file)
  await copyFile(`${place.file}.head`, `${copy.file}.head`)
  await appendTo(place.file, 5, numbered(6, 6))
  await appendTo(copy.file, 5, numbered(66, 66))
  await copyFile(copy.file, place.file)
  const repair = await repaired(place.file, 5)
  assert.deepEqual(
    (await cutOf(place.file, repair)).map(({ data }) => data),
    [{ number: 66 }],
  )
})

test('a head file that is missing, damaged, or of an earlier day is named, and made anew', async () => {
  await using place = await storeOf(5)
  const head = `${place.file}.head`
  await copyFile(head, `${head}.old`)
  await appendTo(place.file, 5, numbered(6, 6))
  await appendTo(place.file, 6, numbered(7, 7))
  await copyFile(`${head}.old`, head)
  assert.deepEqual(
    (await repaired(place.file, 7)).found.headProblem,
    "the head file is older than the store: it knows 5 events of stream 'settings', of which there are 7",
  )
  await flipBit(head, '"version":8')
  assert.match((await repaired(place.file, 8)).found.headProblem ?? '', /^line \d+ of 'events\.db\.head' is damaged$/)
  await rm(head)
  assert.equal(
    (await repaired(place.file, 9)).found.headProblem,
    'the head file is missing, so that lost events would not be noticed',
  )
})

test('a store file that is gone: the head file tells what there was', async () => {
  await using place = await storeOf(5)
  await rm(place.file)
  const { fileProblem, streams } = inspectSqliteStore(place.file)
  assert.equal(fileProblem, "'events.db' is missing")
  assert.deepEqual(
    streams.map(({ once: had }) => had),
    [1, 5],
  )
  await repaired(place.file, 0)
})

test('files that are not ours, newer or not there are refused and stay as they are', async () => {
  await using place = await storeOf(5)
  using database = new DatabaseSync(place.file)
  database.exec('PRAGMA user_version = 2')
  assert.throws(() => repairSqliteStore(place.file, { stamp }), { code: 'EVENTSTORE_SCHEMA_NEWER' })
  await using other = await temporaryFile()
  await writeFile(other.file, 'a letter to somebody')
  assert.throws(() => inspectSqliteStore(`${other.file}.not-there`), { code: 'EVENTSTORE_UNAVAILABLE' })
  await using foreign = await temporaryFile()
  using mail = new DatabaseSync(foreign.file)
  mail.exec('CREATE TABLE letters (text)')
  assert.throws(() => repairSqliteStore(foreign.file, { stamp }), { code: 'EVENTSTORE_FOREIGN_FILE' })
  assert.deepEqual(await readdir(dirname(foreign.file)), ['events.db'])
})

test('an event that was changed by hand is cut, with all after it', async () => {
  await using place = await storeOf(5)
  tamper(place.file, `UPDATE events SET data = '{"number":33}' WHERE stream = 'settings' AND version = 3`)
  const repair = await repaired(place.file, 2)
  assert.deepEqual(
    (await cutOf(place.file, repair)).map(({ version, unchanged }) => [version, unchanged]),
    [
      [3, false],
      [4, true],
      [5, true],
    ],
  )
})
