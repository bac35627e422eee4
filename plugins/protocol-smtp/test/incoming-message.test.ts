import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { describe, test } from 'node:test'
import { Channel, Sweeper } from '@fsigk/sockets'
import { CommandReader } from '../src/parse.js'
import { IncomingMessage } from '../src/transaction/incoming-message.js'

const sweeper = new Sweeper()

/** What is taken of a message that comes in these pieces, and what is left for the next command. */
async function taken(pieces: readonly string[], bareLineEnds: 'refuse' | 'normalise', closes = false) {
  const [ours, theirs] = duplexPair()
  const channel = new Channel(ours, new CommandReader(), sweeper)
  const message = new IncomingMessage(channel, { idleMs: 5_000, lowestRate: undefined, bareLineEnds, onEnd: () => {} })
  const reading = (async () => {
    let text = ''
    try {
      for await (const piece of message) text += piece.toString('latin1')
    } catch (error) {
      return { text, error: (error as { code?: string }).code }
    }
    return { text, error: undefined }
  })()
  for (const piece of pieces) {
    theirs.write(piece, 'latin1')
    await new Promise(setImmediate)
  }
  if (closes) theirs.end()
  const { text, error } = await reading
  const rest = channel.parser.takeBytes()?.toString('latin1') ?? ''
  channel.destroy()
  return { text, error, rest, isWhole: message.isWhole }
}

describe('a message as it comes', () => {
  const wire = 'A: b\r\n\r\n..dot\r\n.\r\nRSET\r\n'

  test('[SMTP-26] it is the same wherever it is cut, and what follows it is the next command', async () => {
    for (let at = 0; at <= wire.length; at++) {
      const { text, error, rest, isWhole } = await taken([wire.slice(0, at), wire.slice(at)], 'refuse')
      assert.deepEqual([text, error, isWhole], ['A: b\r\n\r\n.dot\r\n', undefined, true], `cut at ${at}`)
      // What has not come yet is read by whoever waits for the next command.
      assert.ok('RSET\r\n'.startsWith(rest), `cut at ${at}`)
    }
  })

  test('[SMTP-26] line ends that are refused are read to the end, and nothing behind them is given on', async () => {
    const strange = 'A: b\r\n\r\none\ntwo\r\n.\r\nRSET\r\n'
    for (let at = 0; at < strange.indexOf('RSET'); at++) {
      const { text, error, isWhole } = await taken([strange.slice(0, at), strange.slice(at)], 'refuse')
      assert.deepEqual([error, isWhole], ['FSIGK_SMTP_LINE_END', true], `cut at ${at}`)
      assert.ok(!text.includes('two'), `cut at ${at}`)
    }
    assert.equal((await taken([strange], 'normalise')).text, 'A: b\r\n\r\none\r\ntwo\r\n')
  })

  test('[SMTP-01] one that ends without its end is none, wherever that is', async () => {
    const end = wire.indexOf('RSET')
    for (let at = 0; at < end; at++) {
      const { error, isWhole } = await taken([wire.slice(0, at)], 'refuse', true)
      assert.deepEqual([error, isWhole], ['FSIGK_SMTP_MESSAGE_CUT', false], `cut at ${at}`)
    }
  })
})
