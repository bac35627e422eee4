import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SettingsSnapshot } from '@fsigk/config'
import { decideAgain } from '../../src/decisions/decide-again.js'
import { decidingSettings } from '../../src/decisions/deciding-settings.js'
import type { DecisionRecord } from '../../src/decisions/decision-record.js'
import { defaultSettings } from '../kit/room.js'

type Judged = Extract<DecisionRecord, { is: 'judged' }>

function mailRecord(changes: Partial<Judged> = {}): Judged {
  return {
    is: 'judged',
    id: 'abc123',
    revision: 1,
    at: '2026-01-02T03:04:05.678Z',
    service: 'smtp',
    peer: { address: '10.0.0.7' },
    method: '',
    url: '',
    status: 200,
    findings: [{ threat: 'Eicar', category: 'malware' }],
    unscanned: [],
    result: 'INFECTED',
    action: 'DENY',
    names: ['Eicar'],
    transfer: { direction: 'upload', name: '', type: 'message/rfc822', bytes: 100 },
    scanners: [],
    mail: true,
    ...changes,
  }
}

function under(smtp: SettingsSnapshot['values'][string], smtp_lan = '10.'): SettingsSnapshot {
  const section = { ...defaultSettings, action: 'delete', lan: true, lan_action: 'deny', ...smtp }
  return { revision: 2, values: { smtp: section as SettingsSnapshot['values'][string], access: { smtp_lan } } }
}

test('[SMTP-18] a detection in mail of the LAN is decided again by the settings of the LAN', () => {
  const record = mailRecord({ lan: true })
  assert.equal(decideAgain(record, under({})), 'INFECTED DENY')
  assert.equal(decideAgain(record, under({ lan_action: 'blackhole' })), 'INFECTED BLACKHOLE')
  assert.equal(decideAgain(record, under({ lan: false })), 'INFECTED DELETE')
  assert.equal(decideAgain(record, under({}, '192.0.2.')), 'INFECTED DELETE')
  const named = mailRecord({ peer: { address: '192.0.2.1', name: 'pc.office.example' } })
  assert.equal(decideAgain(named, under({}, '.office.example')), 'INFECTED DENY')
})

test('[SMTP-18] the settings of the LAN are named where they decided', () => {
  assert.deepEqual(decidingSettings(mailRecord({ lan: true })).slice(0, 3), [
    'smtp.lan_action',
    'smtp.lan',
    'access.smtp_lan',
  ])
  assert.equal(decidingSettings(mailRecord())[0], 'smtp.action')
})

test('what a mail is refused for by a name is not looked for where virus_check is off', () => {
  const record = mailRecord({ findings: [{ threat: 'FSIGK/POLICY_BLOCK_EXT', category: 'policy', member: 'a.exe' }] })
  assert.equal(decideAgain(record, under({ block_ext: true })), 'INFECTED DENY')
  assert.equal(decideAgain(record, under({ block_ext: true, virus_check: false })), 'UNSCANNED NONE')
  const { mail: _, ...file } = record
  assert.equal(decideAgain(file, under({ block_ext: true, virus_check: false })), 'INFECTED DELETE')
})

test('the size and the form of a mail lead to their settings', () => {
  const sized = decidingSettings(mailRecord({ findings: [], unscanned: [{ because: 'messagesize' }] }))
  assert.ok(sized.includes('smtp.block_messagesize') && sized.includes('smtp.block_messagesize_len'))
  const threat = 'FSIGK/POLICY_FORMAT_MIME_FILENAME'
  const formed = decidingSettings(mailRecord({ findings: [{ threat, category: 'policy' }] }))
  assert.ok(formed.includes('smtp.block_mime_format'))
})
