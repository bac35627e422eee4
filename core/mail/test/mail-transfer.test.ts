import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { type MailTransferOptions, mailTransfer } from '../src/index.js'

const settings: MailTransferOptions['settings'] = {
  virus_check: true,
  virus_check_text: true,
  virus_check_wholehtml: true,
  pass_filesize: false,
  pass_filesize_len: 1000,
}

function transferOf(changes: Partial<MailTransferOptions['settings']>) {
  return mailTransfer({
    direction: 'upload',
    body: nothing(),
    settings: { ...settings, ...changes },
    envelope: { mailFrom: 'a@example.org', rcptTo: ['b@example.com'] },
  })
}

async function* nothing() {}

const MAIL = 'Subject: a mail\r\n\r\na text\r\n'

async function skeletonsOf(changes: Partial<MailTransferOptions['settings']>): Promise<readonly string[]> {
  const { readings, scansBody } = transferOf(changes)
  assert.equal(scansBody, false)
  const found: string[] = []
  const bytes = Buffer.from(MAIL)
  const content = {
    name: '',
    type: '',
    bytes: bytes.length,
    memory: [bytes],
    path: undefined,
    open: () => Readable.from([bytes]),
  }
  for await (const { isSkeleton, body } of readings?.(content, AbortSignal.timeout(10_000)) ?? [])
    if (isSkeleton === true) found.push(String(await buffer(body)))
    else for await (const _ of body);
  return found
}

describe('a message as the pipeline sees it', () => {
  test('what is held, flows in part, or flows unscanned', () => {
    assert.deepEqual(transferOf({}).release, { mode: 'held' })
    assert.deepEqual(transferOf({ pass_filesize: true }).release, { mode: 'beyond', bytes: 1000 })
    assert.deepEqual(transferOf({ virus_check: false }).release, { mode: 'live', because: 'skipped' })
  })

  test('[SMTP-21] what stands for the whole is looked at only where nothing in it is left out', async () => {
    assert.deepEqual(await skeletonsOf({}), [MAIL])
    assert.deepEqual(await skeletonsOf({ virus_check_text: false }), [])
    assert.deepEqual(await skeletonsOf({ virus_check_wholehtml: false }), [])
  })
})
