import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendWhileKilling } from '../../faults/mail/loss.js'

// `npm run faults -- mail-loss` is the whole, with 600 messages and a kill each two seconds.
test('mails while a worker, the scanner, the next server and the supervisor are killed (-9) in turn: none lost, none half, none infected, no needless repeat [OPS-04] [SMTP-01] [SMTP-05]', async () => {
  const report = await sendWhileKilling({ messages: 120, senders: 8, everyMs: 1_500, pauseMs: 250 })
  assert.deepEqual(report.wrong, [])
  assert.equal(report.attempts['250'], report.delivered)
  assert.equal(report.attempts['554'], report.infected)
  for (const [victim, times] of Object.entries(report.kills)) assert.ok(times > 0, victim)
})
