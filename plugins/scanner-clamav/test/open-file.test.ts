import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { memoryContent } from '@fsigk/testing'
import { Session } from '../src/session.js'
import { startClamd } from './kit/clamd.js'
import { eicar } from './kit/samples.js'

const ever = AbortSignal.timeout(30_000)
const harmless = memoryContent(Buffer.alloc(60_000, 'harmless '), 1_000)

describe('a content in memory as an open file', () => {
  test('a clamd at a unix socket reads it, one after the other, and no descriptor stays behind', async () => {
    await using clamd = await startClamd()
    using session = await Session.open({ name: 'clamd', path: clamd.socket }, 5_000, ever)
    assert.match(await session.scan(harmless, ever, true), /^fd\[\d+\]: OK$/)
    const before = readdirSync('/proc/self/fd').length
    for (let round = 0; round < 50; round++) {
      const [content, reply] =
        round % 2 === 0
          ? ([memoryContent(eicar), /: Eicar-Test-Signature\S* FOUND$/] as const)
          : ([harmless, /: OK$/] as const)
      assert.match(await session.scan(content, ever, true), reply)
    }
    assert.equal(readdirSync('/proc/self/fd').length, before)
  })

  test('over TCP its bytes are sent', async () => {
    await using clamd = await startClamd()
    using session = await Session.open({ name: 'clamd', host: '127.0.0.1', port: clamd.port }, 5_000, ever)
    assert.match(await session.scan(memoryContent(eicar), ever, true), /^stream: Eicar-Test-Signature\S* FOUND$/)
    assert.equal(await session.scan(harmless, ever, true), 'stream: OK')
  })

  test('a file of a mail, in many pieces, is read to its end', async () => {
    await using clamd = await startClamd()
    using session = await Session.open({ name: 'clamd', path: clamd.socket }, 5_000, ever)
    const file = Buffer.concat([Buffer.alloc(2_097_000, 'harmless '), Buffer.from('marked-for-clamd')])
    assert.match(await session.scan(memoryContent(file, 1_000), ever, true), /^fd\[\d+\]: Marker\.Test\S* FOUND$/)
  })

  test('what is empty, or larger than mails are in memory, is sent', async () => {
    await using clamd = await startClamd()
    using session = await Session.open({ name: 'clamd', path: clamd.socket }, 5_000, ever)
    for (const bytes of [0, 2_097_153])
      assert.equal(await session.scan(memoryContent(Buffer.alloc(bytes)), ever, true), 'stream: OK')
  })
})
