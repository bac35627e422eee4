/**
 * The process of a connection worker. It does what its supervisor says, and does not outlive it: without one there are
 * no slots to be had, and another gateway may already serve this home.
 */
import { messageOf } from '../errors.js'
import type { Assignment, ToWorker } from '../ipc/messages.js'
import { openStructuredLog, type StructuredLog } from '../structured-log.js'
import { beginWorker } from './begin-worker.js'
import { SupervisorLink } from './supervisor-link.js'
import type { Worker } from './worker.js'

type Order = Exclude<ToWorker, { is: 'slots' | 'shared' | 'beat' | 'linesTaken' }>

const ORDER_COMES_WITHIN_MS = 250

const link = new SupervisorLink()
let worker: Worker | undefined
let log: StructuredLog | undefined
/** Orders are carried out one after the other; only a drain does not wait for what was asked before. */
let turn: Promise<unknown> = Promise.resolve()

link.listen((order) => {
  if (order.is === 'drain') void drain(order.limitMs)
  else turn = turn.then(() => obey(order)).catch((error: unknown) => log?.error('order not carried out', { error }))
})

process.on('disconnect', () => process.exit(1))
// The terminal sends these to the whole process group; the supervisor decides what they mean for workers.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {})
// Sent to everybody of a service manager's group, this worker included: then the supervisor's order is on its way.
process.on('SIGTERM', () => setTimeout(() => void drain(worker?.drainMs ?? 0), ORDER_COMES_WITHIN_MS))

process.on('uncaughtException', (error) => {
  log?.error('uncaught exception', { error })
  worker?.flushLogs()
  process.exit(1)
})
// A promise that a plugin forgot concerns the session it was made for, not the others in this process.
process.on('unhandledRejection', (error) => log?.error('unhandled rejection', { error }))

async function obey(order: Exclude<Order, { is: 'drain' }>): Promise<void> {
  switch (order.is) {
    case 'begin':
      return await begin(order.assignment)
    case 'apply': {
      const because = await worker?.apply(order.snapshot, order.scanners, order.again)
      // Lines for where they went before are on their way before the supervisor hears that they go elsewhere.
      return link.send({ is: 'applied', request: order.request, revision: worker?.revision ?? 0, because })
    }
    case 'breakers':
      return worker?.setBreakers(order.breakers)
    case 'reopenLogs':
      log?.reopen()
      return worker?.reopenLogs()
    case 'holdLogs':
      return worker?.holdLogs(order.ms)
    case 'wantedLogs':
      return worker?.wantLogs(order.logs)
  }
  order satisfies never
}

async function begin(assignment: Assignment): Promise<void> {
  const { service, folders } = assignment
  process.title = `fsigk_${service}`
  try {
    log = openStructuredLog(folders.structuredLog, `${service} ${assignment.worker}`)
    worker = await beginWorker(assignment, link, log)
    const begun = worker
    link.counts = () => begun.counts()
    link.hindrances = () => begun.hindrances()
    link.verdictFigures = () => begun.verdictFigures()
    link.send({ is: 'ready', revision: worker.revision })
  } catch (error) {
    log?.error('worker did not start', { error })
    await link.sendLast({ is: 'failed', service, because: messageOf(error) })
    process.exit(1)
  }
}

async function drain(limitMs: number): Promise<void> {
  await worker?.drain(limitMs, () => link.send({ is: 'leaving' }))
  // What was sent before, last lines of logs above all, is on its way when this is.
  await link.sendLast(link.beat())
  process.exit(0)
}
