import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commandLine, readCommand } from '../src/commands/command.js'
import { offeredReply, offersStatusCodes } from '../src/commands/ehlo-reply.js'

test('a command is the same in every letter case and spacing', () => {
  for (const line of ['NOOP a  b', 'noop a  b', '  nOoP \t a  b \t']) {
    const command = readCommand(line)
    assert.equal(command.verb, 'NOOP')
    assert.equal(commandLine(command), 'NOOP a  b')
  }
  assert.deepEqual(readCommand(' quit '), { verb: 'QUIT', text: '', received: 'quit' })
  assert.deepEqual(readCommand(''), { verb: '', text: '', received: '' })
})

describe('what a server offers', () => {
  const offered = (lines: readonly string[], maxBytes = 1000) =>
    offeredReply({ code: 250, lines: ['mx', ...lines] }, maxBytes).lines.slice(1)

  test('comes without what changes how mail comes, in any letter case [SMTP-03]', () => {
    const kept = ['8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES', 'ETRN', 'X-CHUNKING', 'HELP']
    const lines = ['PIPELINING', 'chunking', 'BinaryMime', 'STARTTLS', ' STARTTLS', 'CHUNKING x', ...kept]
    assert.deepEqual(offered(lines), kept)
    assert.deepEqual(offeredReply({ code: 250, lines: ['PIPELINING'] }, 1).lines, ['PIPELINING'])
  })

  test('has the smaller SIZE of both [SMTP-03]', () => {
    const cases = [
      ['SIZE 999', 'SIZE 999'],
      ['SIZE 1001', 'SIZE 1000'],
      ['size 99999999999999999999', 'size 1000'],
      ['SIZE', 'SIZE 1000'],
      ['SIZE 0', 'SIZE 1000'],
      ['SIZE many', 'SIZE 1000'],
    ] as const
    for (const [line, expected] of cases) assert.deepEqual(offered([line]), [expected])
    assert.deepEqual(offered(['HELP']), ['HELP'], 'a server that knows no SIZE is not asked for it')
  })

  test('has only mechanisms that hide nothing [SMTP-03]', () => {
    assert.deepEqual(offered(['AUTH GSSAPI PLAIN DIGEST-MD5 LOGIN']), ['AUTH PLAIN LOGIN'])
    assert.deepEqual(offered(['AUTH=PLAIN GSSAPI']), ['AUTH=PLAIN'])
    assert.deepEqual(offered(['AUTH GSSAPI', 'auth=gssapi', 'AUTH']), [])
  })

  test('says whether replies carry enhanced status codes [SMTP-04]', () => {
    assert.ok(offersStatusCodes({ code: 250, lines: ['mx', 'enhancedstatuscodes'] }))
    assert.ok(!offersStatusCodes({ code: 250, lines: ['ENHANCEDSTATUSCODES', 'HELP'] }))
  })
})
