/**
 * Does a long history of settings cost more than a short one, to open, to change, to page through, to look back into?
 *
 * Fills homes with revisions, then asks each as an administrator does: in this process, and for the first page also by
 * the command line, whose own start is the time that an empty home takes. Times are medians; opening is the second one,
 * since the first after a fill folds all of it and leaves snapshots behind ("first open").
 * Flags: --revisions 1000,10000,100000 --page 50 --rounds 20
 */
import { openHome, runCli, temporaryFolder } from '@fsigk/testing'
import { fillHistory } from '../peers/long-history.js'
import { answer } from './harness/answer.js'
import { count, counts, parseFlags } from './harness/flags.js'
import { median } from './harness/statistics.js'
import { type Promised, printPromises, printTable } from './harness/table.js'

/** Times in milliseconds. */
interface Figures {
  readonly revisions: number
  readonly firstOpen: number
  readonly open: number
  readonly change: number
  readonly page: number
  readonly showOld: number
  readonly diffOld: number
  readonly rollbackOld: number
  readonly blame: number
  readonly verify: number
  readonly cliPage: number
}

const question =
  'Does a long history of settings cost more than a short one, to open, to change, to page, to look back into?'

await answer(question, async () => {
  const flags = parseFlags({ revisions: '1000,10000,100000', page: '50', rounds: '20' })
  const page = count('page', flags.page)
  const rounds = count('rounds', flags.rounds)
  const all: Figures[] = []
  for (const revisions of counts('revisions', flags.revisions)) all.push(await measure(revisions, page, rounds))
  const columns = [
    'firstOpen',
    'open',
    'change',
    'page',
    'showOld',
    'diffOld',
    'rollbackOld',
    'blame',
    'verify',
    'cliPage',
  ] as const
  printTable(
    ['revisions', ...columns.map((column) => `${column} ms`)],
    all.map((figures) => [String(figures.revisions), ...columns.map((column) => figures[column].toFixed(1))]),
  )
  printPromises(all.flatMap(promises))
})

function promises({
  revisions,
  open,
  change,
  page,
  showOld,
  diffOld,
  rollbackOld,
  blame,
}: Figures): readonly Promised[] {
  const promise = (what: string, is: number, atMost: number) => ({
    what: `${what} with ${revisions} revisions`,
    is,
    must: { atMost },
    unit: ' ms',
  })
  return [
    promise('open', open, 1000),
    promise('change', change, 50),
    promise('first page of the history', page, 100),
    promise('settings of an old revision', showOld, 250),
    promise('diff of old revisions', diffOld, 500),
    promise('rollback to an old revision', rollbackOld, 250),
    promise('blame of every setting', blame, 100),
  ]
}

async function measure(revisions: number, page: number, rounds: number): Promise<Figures> {
  await using folder = await temporaryFolder()
  await fillHistory(folder.path, revisions)
  const openOnce = async () => {
    await using administration = await openHome(folder.path)
    await administration.status({})
  }
  const firstOpen = await medianMs(1, openOnce)
  const open = await medianMs(5, openOnce)
  await using administration = await openHome(folder.path)
  const save = { actor: 'bench', origin: 'cli' } as const
  const change = await medianMs(rounds, async (round) => {
    await administration.change({ ...save, changes: [{ key: 'http.pre_spawn', to: `${10 + round}` }] })
  })
  // Another old revision each time, so that none is answered from what the one before left behind.
  const old = (round: number) => 2 + ((round * 7919) % (revisions - 3))
  const pageMs = await medianMs(rounds, async () => void (await administration.history({ limit: page })))
  const showOld = await medianMs(rounds, async (round) => {
    await administration.show({ revision: `${old(round)}`, file: 'fsigk.ini' })
  })
  const diffOld = await medianMs(rounds, async (round) => {
    await administration.diff({ from: `${old(round)}`, to: `${old(round) + 1}` })
  })
  const rollbackOld = await medianMs(rounds, async (round) => {
    await administration.rollback({ actor: 'bench', to: `${old(round)}`, dryRun: true })
  })
  const blame = await medianMs(rounds, async () => void (await administration.blame({})))
  const verify = await medianMs(1, async () => void (await administration.verify({})))
  await administration[Symbol.asyncDispose]()
  const cliPage = await medianMs(3, async () => {
    await runCli(folder.path, ['config', 'history', '--limit', String(page), '--json'])
  })
  return { revisions, firstOpen, open, change, page: pageMs, showOld, diffOld, rollbackOld, blame, verify, cliPage }
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
