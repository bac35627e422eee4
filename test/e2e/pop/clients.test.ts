/** Programs that people fetch mail with, through the gateway from dovecot. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DOVECOT_PASSWORD, startDovecot } from '../../peers/dovecot.js'
import { CLEAN_MAIL, INFECTED_MAIL, mailWith } from '../../peers/mails.js'
import { curlPop, type FetchMail, fetchmail, getmail, mpop, poplib } from '../../peers/pop-clients.js'
import { sayAll, startPopGateway } from '../../peers/pop-gateway.js'
import { EICAR } from '../../peers/samples.js'

const LARGE = mailWith(Buffer.alloc(300_000, 'large and clean '), 'Large')
const messages = [CLEAN_MAIL, INFECTED_MAIL, LARGE]

const programs: Readonly<Record<string, FetchMail>> = {
  fetchmail: fetchmail(),
  'fetchmail by APOP': fetchmail('apop'),
  getmail,
  mpop: mpop(),
  'mpop by AUTH PLAIN': mpop('plain'),
  'mpop by AUTH CRAM-MD5': mpop('cram-md5'),
  curl: curlPop,
  poplib,
}

describe('POP: clients', () => {
  test('each fetches clean messages whole and a notice in place of the infected one; keeps or deletes what it is told [POP-04] [POP-15]', async (t) => {
    await using dovecot = await startDovecot()
    await using gateway = await startPopGateway(dovecot)
    const address = await gateway.address('pop')
    for (const [name, fetch] of Object.entries(programs))
      for (const keep of [true, false])
        await t.test(`${name}, ${keep ? 'keep' : 'delete'}`, async () => {
          const user = `${name.replaceAll(' ', '-').toLowerCase()}-${keep}`
          await dovecot.put(user, messages)
          const { messages: got, code, said } = await fetch({ ...address, user, password: DOVECOT_PASSWORD }, { keep })
          assert.equal(code, 0, said)
          assert.equal(got.length, 3, said)
          const bodies = got.map((each) => each.replaceAll('\r\n', '\n'))
          for (const clean of [CLEAN_MAIL, LARGE]) {
            const body = clean.replaceAll('\r\n', '\n').trimEnd()
            assert.equal(bodies.filter((each) => each.includes(body)).length, 1, said)
          }
          assert.equal(bodies.filter((each) => /^X-Virus-Status: infected\(/m.test(each)).length, 1, said)
          assert.ok(!got.join('').includes(EICAR.toString('base64').slice(0, 60)), said)
          assert.equal(await dovecot.count(user), keep ? 3 : 0, said)
        })
  })

  test('PIPELINING is offered as the server does, and commands that come at once are answered in order [POP-15]', async () => {
    await using dovecot = await startDovecot()
    await dovecot.put('ann', messages)
    await using gateway = await startPopGateway(dovecot)
    const login = ['USER ann', `PASS ${DOVECOT_PASSWORD}`]
    const heard = await sayAll(
      gateway,
      ...login,
      'CAPA',
      'RETR 1',
      'RETR 2',
      'LIST 2',
      'RETR 3',
      'DELE 1',
      'STAT',
      'QUIT',
    )
    const order = [
      '\r\nPIPELINING\r\n',
      'Subject: Clean\r\n',
      'X-Virus-Status: infected(',
      '\r\n.\r\n+OK 2 ',
      'Subject: Large\r\n',
      '\r\n.\r\n+OK Marked to be deleted.\r\n+OK 2 ',
      '+OK Logging out',
    ].map((text) => heard.indexOf(text))
    assert.ok(!order.includes(-1), `${order}`)
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    )
    assert.equal(await dovecot.count('ann'), 2)
  })
})
