import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { RawClient } from '@fsigk/testing'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { type MailServer, startMailServer } from '../../peers/mail-server.js'
import { type ShapedMessage, shapedMessages } from './signed-messages.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

const CANONICALISATIONS = ['simple/simple', 'simple/relaxed', 'relaxed/simple', 'relaxed/relaxed']
const ALGORITHMS = ['rsa-sha256', 'ed25519-sha256'] as const
const DOMAIN = 'sender.example'
const USUAL = [
  'From',
  'To',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
]

const keys = {
  'rsa-sha256': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'ed25519-sha256': generateKeyPairSync('ed25519'),
} as const

/** What the DNS of the sender says; by selector, which is named for the algorithm. */
async function resolver(name: string): Promise<string[][]> {
  const algorithm = ALGORITHMS.find((each) => name === `${each}._domainkey.${DOMAIN}`)
  if (algorithm === undefined) throw Object.assign(new Error(name), { code: 'ENOTFOUND' })
  return [[`v=DKIM1; k=${algorithm.split('-')[0]}; p=${publicKey(keys[algorithm].publicKey, algorithm)}`]]
}

/** RFC 6376 has the whole SubjectPublicKeyInfo for RSA, RFC 8463 the 32 bytes alone for Ed25519. */
function publicKey(key: KeyObject, algorithm: (typeof ALGORITHMS)[number]): string {
  const whole = key.export({ type: 'spki', format: 'der' })
  return (algorithm === 'rsa-sha256' ? whole : whole.subarray(-32)).toString('base64')
}

/** One message with a signature of each canonicalisation by each algorithm. */
async function signed({ text, signs = [] }: ShapedMessage): Promise<Buffer> {
  const message = Buffer.from(text, 'latin1')
  const signatures: string[] = []
  for (const canonicalization of CANONICALISATIONS)
    for (const algorithm of ALGORITHMS) {
      const signer = {
        signingDomain: DOMAIN,
        selector: algorithm,
        privateKey: keys[algorithm].privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }
      // Its types ask for what its code takes from `signatureData` alone.
      const options = {
        ...signer,
        signatureData: [signer],
        canonicalization,
        algorithm,
        headerList: [...USUAL, ...signs],
      }
      const result = await dkimSign(message, options)
      assert.deepEqual(result.errors, [])
      signatures.push(result.signatures)
    }
  return Buffer.concat([Buffer.from(signatures.join('')), message])
}

async function resultsOf(message: Buffer): Promise<readonly string[]> {
  const { results } = await dkimVerify(message, { resolver })
  return results.map(({ status }) => status.result)
}

const allPass = Array.from({ length: CANONICALISATIONS.length * ALGORITHMS.length }, () => 'pass')

describe('SMTP: what a sender has signed', () => {
  let gateway: SmtpGateway
  let server: MailServer
  before(async () => {
    server = await startMailServer()
    gateway = await startSmtpGateway(server)
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  /** Byte for byte, dots doubled; whole messages end with CRLF. */
  async function sendAndReceive(message: Buffer): Promise<Buffer> {
    const before = server.mails.length
    using client = await RawClient.to(gateway.smtp)
    const commands = [
      'EHLO sender.example',
      'MAIL FROM:<hanako@sender.example> BODY=8BITMIME',
      'RCPT TO:<reader@inside.example>',
      'DATA',
    ]
    for (const [at, command] of commands.entries()) {
      client.send(`${command}\r\n`)
      // The greeting and a reply to each command; that to DATA is the last.
      await client.until((heard) => (heard.match(/^\d{3} /gm) ?? []).length >= at + 2)
    }
    client.send(`${message.toString('latin1').replace(/^\./gm, '..')}.\r\n`)
    const heard = await client.until((text) => /^354 .*\r\n\d{3} .*\r\n/m.test(text))
    assert.match(heard, /^354 .*\r\n250 kept\r\n$/m)
    client.send('QUIT\r\n')
    return (await server.received(before + 1))[before]?.raw ?? Buffer.alloc(0)
  }

  for (const shaped of shapedMessages)
    test(`${shaped.shape}: fields are added on top and nothing else, and every signature stays valid [SMTP-05]`, async () => {
      const message = await signed(shaped)
      assert.deepEqual(await resultsOf(message), allPass, 'the signatures of the test itself')
      const received = await sendAndReceive(message)
      const above = received.toString('latin1', 0, received.length - message.length)
      assert.ok(received.subarray(above.length).equals(message), `it is not what was sent:\n${received}`)
      assert.match(above, /^Received: from [^\r\n]+\r\n(?:[ \t][^\r\n]+\r\n)+X-Virus-Status: clean\([^\r\n]+\)\r\n$/)
      assert.deepEqual(await resultsOf(received), allPass)
    })

  test('the verifier tells when one byte is another', async () => {
    const message = await signed({ shape: '', text: shapedMessages[0]?.text ?? '' })
    const changed = Buffer.from(message.toString('latin1').replace('see you', 'see yov'), 'latin1')
    assert.equal((await resultsOf(changed)).includes('pass'), false)
  })
})
