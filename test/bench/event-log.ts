/**
 * Does a long history cost more than a short one, to open, to append to, to page through?
 *
 * Fills a store with events as a save of two settings makes them, then opens it anew and takes the medians of appends of
 * one event and of reads of the newest page.
 * Flags: --events 1000,10000,100000 --page 50 --rounds 50
 */
import { join } from 'node:path'
import { temporaryFolder } from '@fsigk/testing'
import { type NewEvent, openSqliteStore } from 'eventstore-lite'
import { answer } from './harness/answer.js'
import { count, counts, parseFlags } from './harness/flags.js'
import { median } from './harness/statistics.js'
import { type Promised, printPromises, printTable } from './harness/table.js'

const BATCH_EVENTS = 1000

const saved: NewEvent = {
  type: 'SettingsChanged',
  schema: 1,
  data: {
    changes: [
      { key: 'http.svcport', from: '9080', to: '9081' },
      { key: 'template.admin', to: 'A virus was found. '.repeat(15) },
    ],
  },
  meta: { actor: 'admin', origin: 'cli', at: '2026-01-31T09:00:00.000Z', comment: 'bench' },
}

interface Figures {
  readonly events: number
  readonly openMs: number
  readonly appendMs: number
  readonly pageMs: number
  readonly verifyMs: number
}

await answer('Does a long history cost more than a short one, to open, to append to, to page through?', async () => {
  const flags = parseFlags({ events: '1000,10000,100000', page: '50', rounds: '50' })
  const page = count('page', flags.page)
  const rounds = count('rounds', flags.rounds)
  const all: Figures[] = []
  for (const events of counts('events', flags.events)) all.push(await measure(events, page, rounds))

  printTable(
    ['events', 'open ms', 'append ms', `newest ${page} ms`, 'verify ms'],
    all.map(({ events, openMs, appendMs, pageMs, verifyMs }) => [
      String(events),
      ...[openMs, appendMs, pageMs, verifyMs].map((milliseconds) => milliseconds.toFixed(1)),
    ]),
  )
  printPromises(all.flatMap(promises))
})

function promises({ events, openMs, appendMs, pageMs }: Figures): readonly Promised[] {
  return [
    { what: `open with ${events} events`, is: openMs, must: { atMost: 1000 }, unit: ' ms' },
    { what: `append to ${events} events`, is: appendMs, must: { atMost: 50 }, unit: ' ms' },
    { what: `newest page of ${events} events`, is: pageMs, must: { atMost: 100 }, unit: ' ms' },
  ]
}

async function measure(events: number, page: number, rounds: number): Promise<Figures> {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'events.db')
  await fill(file, events)

  const opening = performance.now()
  await using store = await openSqliteStore(file)
  const openMs = performance.now() - opening

  const appendMs = await medianMs(rounds, async (round) => {
    await store.append('settings', events + round, [saved])
  })
  const pageMs = await medianMs(rounds, async () => {
    for await (const _ of store.read('settings', { direction: 'backward', limit: page }));
  })
  const verifyMs = await medianMs(1, async () => {
    await store.verify()
  })
  return { events, openMs, appendMs, pageMs, verifyMs }
}

async function fill(file: string, events: number): Promise<void> {
  await using store = await openSqliteStore(file)
  for (let version = 0; version < events; version += BATCH_EVENTS) {
    const batch = Math.min(BATCH_EVENTS, events - version)
    await store.append('settings', version, Array<NewEvent>(batch).fill(saved))
  }
}

async function medianMs(rounds: number, step: (round: number) => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now()
    await step(round)
    times.push(performance.now() - began)
  }
  return median(times)
}
