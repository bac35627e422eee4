import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { mbox } from '../src/mbox.js'
import { collected, pieces, TestSource } from './kit/bodies.js'
import { temporaryFolder } from './kit/folders.js'

const AT = '2026-11-03T08:09:10.123Z'
const HEAD = 'From a@b.example Tue Nov  3 08:09:10 2026\n'

async function written(message: string, pieceBytes = message.length, mailFrom = 'a@b.example'): Promise<string> {
  const body = new TestSource(pieces(Buffer.from(message, 'latin1'), Math.max(1, pieceBytes)))
  return (await collected(mbox(mailFrom, AT, body))).toString('latin1')
}

describe('a message in mailbox format', () => {
  for (const { says, message, expect } of [
    { says: 'has LF line ends and a blank line behind it', message: 'A: b\r\n\r\nc\r\n', expect: 'A: b\n\nc\n\n' },
    { says: 'ends its last line', message: 'A: b\r\n\r\nc', expect: 'A: b\n\nc\n\n' },
    { says: 'may end in CR', message: 'a\r', expect: 'a\r\n\n' },
    { says: 'may be nothing', message: '', expect: '\n' },
    { says: 'has its own From quoted', message: 'From x\r\nFrom y', expect: '>From x\n>From y\n\n' },
    {
      says: 'has what was quoted before quoted again',
      message: '>From x\r\n>>>From y\r\n',
      expect: '>>From x\n>>>>From y\n\n',
    },
    {
      says: 'has nothing else quoted',
      message: 'From: x\r\nFromage\r\n from x\r\nfrom y\r\n> From z\r\nFrom\r\n>>\r\n a From b\r\n',
      expect: 'From: x\nFromage\n from x\nfrom y\n> From z\nFrom\n>>\n a From b\n\n',
    },
    {
      says: 'keeps bare CR and is quoted behind bare LF',
      message: 'a\rFrom b\nFrom c\r\r\n',
      expect: 'a\rFrom b\n>From c\r\n\n',
    },
    { says: 'keeps bytes that are no text', message: '\0\xff\r\n', expect: '\0\xff\n\n' },
  ])
    test(`[SMTP-12] ${says}, wherever it is cut`, async () => {
      for (let pieceBytes = 1; pieceBytes <= Math.max(1, message.length); pieceBytes += 1)
        assert.equal(await written(message, pieceBytes), HEAD + expect, `pieces of ${pieceBytes}`)
    })

  test('[SMTP-12] names a sender in one word, whatever it holds', async () => {
    const first = async (mailFrom: string) => (await written('', 1, mailFrom)).split('\n')[0]
    assert.equal(await first(''), 'From MAILER-DAEMON Tue Nov  3 08:09:10 2026')
    assert.equal(await first('a b@x\nFrom c'), 'From a_b@x_From_c Tue Nov  3 08:09:10 2026')
    assert.equal(await first('検疫@x'), 'From _@x Tue Nov  3 08:09:10 2026')
  })

  test('[SMTP-12] is given back by Python’s mailbox, among others of its kind', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'mbox')
    const bodies = ['From here\r\n\r\nFrom there\r\n>From afar\r\n', 'plain\r\n']
    const all = await Promise.all(bodies.map((body) => written(`Subject: one\r\n\r\n${body}`)))
    await writeFile(path, all.join(''), 'latin1')
    const script = [
      'import json, mailbox, sys',
      'box = mailbox.mbox(sys.argv[1])',
      'print(json.dumps([[m.get_from(), m["Subject"], m.get_payload()] for m in box]))',
    ].join('\n')
    const read = JSON.parse(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' })) as string[][]
    const from = 'a@b.example Tue Nov  3 08:09:10 2026'
    // Python takes no quoting off; by mboxrd's rule that is one `>` from each such line.
    const unquoted = read.map((row) => row.map((each) => each.replaceAll(/^>(>*From )/gm, '$1')))
    assert.deepEqual(
      unquoted,
      bodies.map((body) => [from, 'one', body.replaceAll('\r\n', '\n')]),
    )
  })
})
