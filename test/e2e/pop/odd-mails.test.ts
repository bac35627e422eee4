/** Mails that readers take apart differently, each fetched through the gateway: whatever a reader finds has been scanned. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { oddMails, oddMailsWith } from '../../corpus/mail/odd-mails.js'
import { PopClient, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer, stuffed } from '../../peers/pop-server.js'

const LOGIN = [`USER ${MAILBOX.user}`, `PASS ${MAILBOX.password}`]
const HARMLESS = Buffer.from('These are the minutes of the meeting: nothing was decided, and nobody was there.\r\n')

/** What a client gets of each message, as it comes over the wire. */
async function fetchedAll(messages: readonly Buffer[]): Promise<readonly string[]> {
  await using server = await startPopServer({ messages })
  await using gateway = await startPopGateway(server)
  using client = await PopClient.to(gateway)
  for (const command of LOGIN) await client.ask(command)
  const got: string[] = []
  for (const [at] of messages.entries()) got.push(await client.askForText(`RETR ${at + 1}`))
  assert.equal(await client.ask('QUIT'), '+OK QUIT')
  return got
}

describe('POP: odd mails', () => {
  test('EICAR arrives in none of them: the notice stands in its place [SCAN-13] [POP-04]', async () => {
    const got = await fetchedAll(oddMails.map(({ message }) => message))
    const missed = oddMails.filter(
      (_mail, at) => !/^Received: from FSIGK: .*\r\nX-Virus-Status: infected\(/.test(got[at] ?? ''),
    )
    assert.deepEqual(
      missed.map(({ title }) => title),
      [],
    )
  })

  test('those that are as the RFCs have it pass byte for byte when what they hold is harmless [SCAN-13] [POP-04]', async () => {
    const valid = oddMailsWith(HARMLESS).filter(({ isValid }) => isValid === true)
    const got = await fetchedAll(valid.map(({ message }) => message))
    assert.ok(valid.length > 10)
    for (const [at, { title, message }] of valid.entries())
      assert.equal(`${got[at]}.\r\n`, stuffed(message).toString('latin1'), title)
  })
})
