/**
 * Mails by several senders while the gateway, the scanner and the next server are killed in turn: none lost, none half, no needless repeat.
 *
 *     npm run faults -- mail-loss --messages 600 --senders 8 --every 2000 --pause 300
 *
 * `--every`: milliseconds from one kill (-9) to the next, in turn of a worker, clamd, postfix and the supervisor. `--pause`: how
 * long a sender waits between its messages. Ends with 0 when all is well, 1 when something is wrong.
 */
import { parseArgs } from 'node:util'
import { sendWhileKilling } from './mail/loss.js'

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '600' },
    senders: { type: 'string', default: '8' },
    every: { type: 'string', default: '2000' },
    pause: { type: 'string', default: '300' },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)

const report = await sendWhileKilling({
  messages: Number(values.messages),
  senders: Number(values.senders),
  everyMs: Number(values.every),
  pauseMs: Number(values.pause),
})
say(
  `${report.delivered} clean messages to deliver, ${report.infected} infected to refuse, ${report.seconds.toFixed(0)} s`,
)
say(`kills ${JSON.stringify(report.kills)}`)
say(`attempts by reply, 0 for none ${JSON.stringify(report.attempts)}`)
say(`arrived more than once, where the sender could not know better: ${report.repeated}`)
for (const each of report.wrong) say(`WRONG  ${each}`)
say(report.wrong.length === 0 ? 'nothing is wrong' : `${report.wrong.length} things are wrong`)
process.exitCode = report.wrong.length === 0 ? 0 : 1
