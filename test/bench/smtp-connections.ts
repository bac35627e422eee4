/**
 * How many mails does the SMTP proxy take with many sessions at work?
 *
 * Mails of 80 KB, each another one, scanned by the embedded engine, a session for each. clamsmtp collapses above about 20 new
 * connections at once, so that it is not asked: compare at 4 by smtp-throughput.
 * Flags: --sessions 4,50,200,1000 (the first is compared with) --proxies fsigk --rounds 3 --seconds 4
 */
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { count, counts, parseFlags, words } from './harness/flags.js'
import { interleaved } from './harness/interleaved.js'
import { sendMails, startSink } from './harness/mail-load.js'
import { needPrograms } from './harness/programs.js'
import { printResults } from './harness/report.js'
import { mailProxyNames } from './proxies/mail-proxy.js'
import { startSmtpProxies } from './proxies/start-smtp.js'

const BYTES = 80 * 1024

await answer('How many mails does the SMTP proxy take with many sessions at work?', async () => {
  const flags = parseFlags({ sessions: '4,50,200,1000', proxies: 'fsigk', rounds: '3', seconds: '4' })
  const names = words('proxies', flags.proxies, mailProxyNames)
  const rounds = count('rounds', flags.rounds)
  const seconds = count('seconds', flags.seconds)
  const numbers = counts('sessions', flags.sessions)
  needPrograms(['clamsmtpd', 'clamd', 'taskset'])

  await using folder = await temporaryFolder('bench')
  await using sink = await startSink()
  await using proxies = await startSmtpProxies(names, folder.path, sink.port)
  for (const proxy of proxies.all) {
    const load = { port: proxy.port, seconds, bytes: BYTES, messages: 1, fresh: true }
    const contenders = numbers.map((sessions) => ({
      name: `${proxy.name}, ${sessions}`,
      proxy,
      load: () => sendMails({ ...load, sessions }),
    }))
    const results = await interleaved(contenders, rounds)
    printResults(`80 KB, ${rounds} rounds of ${seconds} s`, results, `${proxy.name}, ${numbers[0]}`, 'messages')
  }
})
