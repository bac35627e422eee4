/**
 * What does an idle SMTP session cost in memory?
 *
 * Each has greeted, and holds a connection to the mail server behind the gateway; then it says nothing. The growth of the
 * gateway's whole process tree (PSS) is divided by their number, after 500 sessions have come and gone.
 * Each has two descriptors: 10,000 of them need a limit above 20,300 (`ulimit -Hn`).
 * Flags: --sessions 9000 --settle 5 (seconds between the last greeting and the measuring)
 */
import { setTimeout as delay } from 'node:timers/promises'
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { count, parseFlags } from './harness/flags.js'
import { MailConversation } from './harness/mail-conversation.js'
import { startSink } from './harness/mail-load.js'
import { memory } from './harness/process-tree.js'
import { needPrograms } from './harness/programs.js'
import { printPromises, printTable } from './harness/table.js'
import { startSmtpProxies } from './proxies/start-smtp.js'

const WARM_UP_SESSIONS = 500
const AT_ONCE = 100
const IDLE_SETTINGS = { 'smtp.pre_spawn': 20_000, 'smtp.idle_timeout': 3600 }

await answer('What does an idle SMTP session cost in memory?', async () => {
  const flags = parseFlags({ sessions: '9000', settle: '5' })
  const wanted = count('sessions', flags.sessions)
  const settleMs = count('settle', flags.settle) * 1000
  needPrograms(['taskset'])

  await using folder = await temporaryFolder('bench')
  await using sink = await startSink()
  await using proxies = await startSmtpProxies(['fsigk'], folder.path, sink.port, { settings: IDLE_SETTINGS })
  for (const { port, pid } of proxies.all) {
    for (const session of await sessions(WARM_UP_SESSIONS, port)) session[Symbol.dispose]()
    await delay(settleMs)
    const before = memory(pid)
    const idle = await sessions(wanted, port)
    await delay(settleMs)
    const after = memory(pid)
    const open = idle.filter(({ isOver }) => !isOver).length
    for (const session of idle) session[Symbol.dispose]()
    const each = (after.pssBytes - before.pssBytes) / wanted / 1024
    const eachRss = (after.rssBytes - before.rssBytes) / wanted / 1024
    printTable(
      ['open at the end', 'before', 'after', 'a session (PSS)', 'a session (RSS)'],
      [
        [
          String(open),
          megabytes(before.pssBytes),
          megabytes(after.pssBytes),
          `${each.toFixed(1)} KB`,
          `${eachRss.toFixed(1)} KB`,
        ],
      ],
    )
    printPromises([{ what: 'an idle session', is: each, must: { atMost: 20 }, unit: ' KB' }])
  }
})

/** Opens sessions that have greeted, some at a time. @throws when one is not greeted */
async function sessions(wanted: number, port: number): Promise<readonly MailConversation[]> {
  const open: MailConversation[] = []
  let next = 0
  const opener = async () => {
    while (next < wanted) {
      // Other addresses of loopback, for one address has fewer free ports than this may need.
      const session = new MailConversation(port, `127.0.${1 + (next++ % 4)}.1`)
      if (!(await session.greet())) throw new Error('a session was not greeted')
      open.push(session)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, opener))
  return open
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MB`
}
