/**
 * How many mails does the SMTP proxy take, against clamsmtp and the same clamd?
 *
 * A text of 2 KB and a file of random bytes, 80 KB and 1 MB as sent, 4 sessions at a time, a session for each message.
 * Each mail is another one, so that nobody has seen it before; but for those that are to be seen before, which are
 * all the same. What is compared is messages for a second of processor time of all that takes part, clamd included.
 * Flags: --sizes 80K,1M --sessions 4 --messages 1 (of a session) --proxies clamsmtp,fsigk-clamd,fsigk-seen,fsigk
 * --rounds 5 --seconds 4 --profile FOLDER (writes CPU profiles of the gateway's processes there).
 */
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { count, parseFlags, size, words } from './harness/flags.js'
import { interleaved, ratio } from './harness/interleaved.js'
import { mustDetectMail } from './harness/mail-detection.js'
import { sendMails, startSink } from './harness/mail-load.js'
import { needPrograms } from './harness/programs.js'
import { printResults } from './harness/report.js'
import { median } from './harness/statistics.js'
import { printPromises } from './harness/table.js'
import { mailProxyNames } from './proxies/mail-proxy.js'
import { startSmtpProxies } from './proxies/start-smtp.js'

/** The guide's own figure (2.2), at 80 KB a message. */
const GUIDES_MESSAGES = 130
const GUIDES_BYTES = 80 * 1024

await answer('How many mails does the SMTP proxy take, against clamsmtp and the same clamd?', async () => {
  const flags = parseFlags({
    sizes: '80K,1M',
    sessions: '4',
    messages: '1',
    proxies: 'clamsmtp,fsigk-clamd,fsigk-seen,fsigk',
    rounds: '5',
    seconds: '4',
    profile: '',
  })
  const names = words('proxies', flags.proxies, mailProxyNames)
  const rounds = count('rounds', flags.rounds)
  const sessions = count('sessions', flags.sessions)
  const load = { sessions, seconds: count('seconds', flags.seconds), messages: count('messages', flags.messages) }
  needPrograms(['clamsmtpd', 'clamd', 'taskset'])

  await using folder = await temporaryFolder('bench')
  await using sink = await startSink()
  const profile = flags.profile === '' ? {} : { nodeOptions: `--cpu-prof --cpu-prof-dir=${flags.profile}` }
  await using proxies = await startSmtpProxies(names, folder.path, sink.port, profile)
  for (const proxy of proxies.all) if (proxy.name !== 'fsigk-unscanned') await mustDetectMail(proxy)
  for (const each of flags.sizes.split(',')) {
    const bytes = size('sizes', each)
    const contenders = proxies.all.map((proxy) => ({
      name: proxy.name,
      proxy,
      load: () => sendMails({ ...load, port: proxy.port, bytes, fresh: proxy.name !== 'fsigk-seen' }),
    }))
    const results = await interleaved(contenders, rounds)
    printResults(
      `${each}, ${sessions} sessions, ${rounds} rounds of ${load.seconds} s`,
      results,
      'clamsmtp',
      'messages',
    )
    const of = (name: string) => ratio(results, name, 'clamsmtp', 'perCpuSecond')
    const perSecond = median((results.get('fsigk-clamd') ?? []).map((round) => round.perSecond))
    const [least, aim] = bytes > 512 * 1024 ? [1.3, 1.5] : [1.1, 1.35]
    printPromises(
      [
        { what: 'the same clamd, nothing seen before', is: of('fsigk-clamd'), must: { atLeast: least }, aim },
        { what: 'all seen before', is: of('fsigk-seen'), must: { atLeast: 4 }, aim: 8 },
        { what: 'embedded engine alone', is: of('fsigk'), must: { atLeast: 4 }, aim: 8 },
        ...(bytes === GUIDES_BYTES
          ? [
              {
                what: "the guide's messages a second, scanned by clamd",
                is: perSecond,
                must: { atLeast: GUIDES_MESSAGES },
              },
            ]
          : []),
      ].filter(({ is }) => !Number.isNaN(is)),
    )
    process.stdout.write('\n')
  }
})
