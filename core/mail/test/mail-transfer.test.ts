import assert from 'node:assert/strict'
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

describe('a message as the pipeline sees it', () => {
  test('what is held, flows in part, or flows unscanned', () => {
    assert.deepEqual(transferOf({}).release, { mode: 'held' })
    assert.deepEqual(transferOf({ pass_filesize: true }).release, { mode: 'beyond', bytes: 1000 })
    assert.deepEqual(transferOf({ virus_check: false }).release, { mode: 'live', because: 'skipped' })
  })

  test('[SMTP-21] the whole is looked at only where nothing in it is left out', () => {
    assert.equal(transferOf({}).scansBody, true)
    assert.equal(transferOf({ virus_check_text: false }).scansBody, false)
    assert.equal(transferOf({ virus_check_wholehtml: false }).scansBody, false)
  })
})
