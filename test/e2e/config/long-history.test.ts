/** What a long history costs: counted, not timed (the times are those of `npm run bench -- config-log`). */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { runCli, type TemporaryFolder, temporaryFolder } from '@fsigk/testing'
import { fillHistory, preSpawnAt } from '../../peers/long-history.js'
import type { StoreNotes } from '../../peers/watch-store.js'

const watcher = new URL('../../peers/watch-store.js', import.meta.url).href

const LONG = 20_000
const SHORT = 300
/** Pages of the store are 256 events, snapshots of the fold at most 1,000 apart. */
const MOST_READ = 1_600

async function watched(home: TemporaryFolder, ...args: readonly string[]) {
  const to = join(home.path, 'notes.json')
  const { code, stdout, stderr } = await runCli(home.path, ['config', ...args], {
    NODE_OPTIONS: `--import ${watcher}`,
    WATCH_STORE_TO: to,
  })
  assert.ok(code === 0 || code === 1, `config ${args.join(' ')}: ${stderr}`)
  return { stdout, notes: JSON.parse(await readFile(to, 'utf8')) as StoreNotes }
}

async function longHome(revisions: number): Promise<TemporaryFolder> {
  const home = await temporaryFolder()
  await fillHistory(home.path, revisions)
  // The first to open it folds all and leaves snapshots.
  await watched(home, 'get', 'http.pre_spawn')
  return home
}

/** What is asked of both, and what both must answer alike but for the number. */
function questions(revisions: number): readonly (readonly string[])[] {
  return [
    ['get', 'http.pre_spawn'],
    ['history', '--limit', '50'],
    ['set', 'http.pre_spawn=7'],
    ['show', '--rev', `${revisions - 60}`, '--file', 'fsigk.ini'],
    ['diff', `${revisions - 200}`, `${revisions - 199}`],
    ['rollback', `${revisions - 30}`, '--dry-run'],
  ]
}

test('a history of 20,000 revisions is opened, changed, paged and looked back into with as few reads as one of 300 [CFG-19]', async () => {
  await using long = await longHome(LONG)
  await using short = await longHome(SHORT)
  const few = questions(SHORT)
  for (const [index, question] of questions(LONG).entries()) {
    const { notes } = await watched(long, ...question)
    const { notes: least } = await watched(short, ...(few[index] ?? []))
    assert.ok(notes.eventsRead > 0, `${question.join(' ')}: the reads are counted`)
    const most = least.eventsRead + MOST_READ
    assert.ok(
      notes.eventsRead < most,
      `${question.join(' ')}: ${notes.eventsRead} events read, ${least.eventsRead} of 300`,
    )
  }
  const opened = await watched(long, 'get', 'http.pre_spawn')
  assert.ok(opened.notes.eventsRead <= 300, `${opened.notes.eventsRead} events read to open`)
})

test('old revisions are right and near, with the snapshots and after they were deleted [CFG-19]', async () => {
  await using home = await longHome(5_000)
  const shown = async (revision: number) => {
    const { stdout, notes } = await watched(home, 'show', '--rev', `${revision}`, '--file', 'fsigk.ini')
    assert.match(stdout, new RegExp(`^pre_spawn=${preSpawnAt(revision)}$`, 'm'), `r${revision}`)
    return notes.eventsRead
  }
  for (const revision of [2, 999, 1_000, 1_001, 3_456, 4_999]) assert.ok((await shown(revision)) < MOST_READ)
  {
    using database = new DatabaseSync(join(home.path, 'store', 'events.db'))
    assert.ok(Number(database.prepare('SELECT count(*) AS count FROM snapshots').get()?.['count']) > 0)
    database.exec('DELETE FROM snapshots')
  }
  assert.ok((await shown(4_321)) > 4_000, 'all is folded anew')
  for (const revision of [4_321, 3_456, 998, 4_999]) assert.ok((await shown(revision)) < MOST_READ)
})

test('a change is on the disk when the command returns: every commit syncs, and the head file after it [CFG-20]', async () => {
  await using home = await temporaryFolder()
  const { notes } = await watched(home, 'set', 'http.pre_spawn=7')
  // The first revision, and this one.
  assert.deepEqual(notes.commits, [
    { synchronous: 2, journal: 'wal' },
    { synchronous: 2, journal: 'wal' },
  ])
  assert.deepEqual(notes.syncsAfterCommit, [1, 2])
})
