/** What the settings refuse in a message, as for SMTP (guide 7.1.1.3, 11.14). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { scannerThatHangs, type TestGateway } from '@fsigk/testing'
import { blockedMails, blocksNothing, inSection } from '../../peers/blocked-mails.js'
import { CLEAN_MAIL } from '../../peers/mails.js'
import { PopClient, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer, stuffed } from '../../peers/pop-server.js'
import { EICAR } from '../../peers/samples.js'

/** A message as it comes over the wire, fetched in a session of its own. */
async function fetched(gateway: TestGateway, number: number): Promise<string> {
  using client = await PopClient.to(gateway)
  for (const command of [`USER ${MAILBOX.user}`, `PASS ${MAILBOX.password}`]) await client.ask(command)
  const text = await client.askForText(`RETR ${number}`)
  await client.ask('QUIT')
  return `${text}.\r\n`
}

const asItIs = (mail: string) => stuffed(mail).toString('latin1')

describe('POP: what settings refuse in a message', () => {
  test('each has its switch, and its name in the notice that stands in the place of the message [POP-10]', async () => {
    await using server = await startPopServer({ messages: blockedMails.map(({ mail }) => mail) })
    await using gateway = await startPopGateway(server, { settings: inSection('pop', blocksNothing) })
    for (const [at, { says, settings, threat, mail }] of blockedMails.entries()) {
      assert.equal(await fetched(gateway, at + 1), asItIs(mail), says)
      await gateway.set(inSection('pop', settings))
      const [header = ''] = (await fetched(gateway, at + 1)).split('\r\n\r\n')
      assert.ok(header.includes(`) with [${threat}]\r\n`), says)
      await gateway.set({ 'pop.virus_check': false })
      assert.equal(await fetched(gateway, at + 1), asItIs(mail), `${says}, unscanned`)
      await gateway.set({ ...inSection('pop', blocksNothing), 'pop.virus_check': true })
    }
  })

  test('virus_check_text=no leaves the text of a message out of the scan [POP-10]', async () => {
    const text = `Subject: x\r\n\r\n${EICAR}\r\n`
    await using server = await startPopServer({ messages: [text] })
    await using gateway = await startPopGateway(server)
    assert.match(await fetched(gateway, 1), /X-Virus-Status: infected/)
    await gateway.set({ 'pop.virus_check_text': false })
    assert.equal(await fetched(gateway, 1), asItIs(text))
  })

  test('vsd_scantimeout ends a scan, and block_scantimeout says what then [POP-10]', async () => {
    await using server = await startPopServer({ messages: [CLEAN_MAIL] })
    await using gateway = await startPopGateway(server, {
      scanners: [scannerThatHangs],
      settings: { 'pop.vsd_scantimeout': 1 },
    })
    assert.match(await fetched(gateway, 1), /X-Virus-Status: .* with \[FSIGK\/POLICY_BLOCK_SCANTIMEOUT\]/)
    await gateway.set({ 'pop.block_scantimeout': false })
    assert.equal(await fetched(gateway, 1), asItIs(CLEAN_MAIL))
    await gateway.line('pop', 'access', 'VSD_SCANTIMEOUT')
  })
})
