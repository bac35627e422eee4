import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding, UnscannedCause } from '@fsigk/plugin-api'
import { causes, decide, type MailWay, type PolicySettings } from '../../src/pipeline/policy.js'
import { defaultSettings } from '../kit/room.js'

const malware: Finding = { threat: 'Eicar', category: 'malware' }
const riskware: Finding = { threat: 'RiskTool.Win32.Foo', category: 'riskware' }

function ruled(
  found: { readonly findings?: readonly Finding[]; readonly unscanned?: readonly UnscannedCause[] },
  settings: Partial<PolicySettings> = {},
  mail?: MailWay,
) {
  const judgement = {
    findings: found.findings ?? [],
    unscanned: (found.unscanned ?? []).map((because) => ({ because })),
  }
  const { disposition, result, names, action, details, verdict } = decide(
    judgement,
    { ...defaultSettings, ...settings },
    mail,
  )
  return { disposition, result, names: names.join('+'), action, details: details.join(','), verdict: verdict.is }
}

describe('policy', () => {
  test('nothing found is clean', () => {
    assert.deepEqual(ruled({}), {
      disposition: 'pass',
      result: 'CLEAN',
      names: '',
      action: 'NONE',
      details: '',
      verdict: 'clean',
    })
  })

  for (const [action, what, disposition, word] of [
    ['delete', 'a file', 'block', 'DELETE'],
    ['delete', 'a mail', 'replace', 'DELETE'],
    ['deny', 'a mail', 'block', 'DENY'],
    ['blackhole', 'a mail', 'drop', 'BLACKHOLE'],
    ['sendback', 'a mail', 'return', 'SENDBACK'],
    ['pass', 'a file', 'pass', 'PASS'],
    ['pass', 'a mail', 'pass', 'PASS'],
  ] as const)
    test(`a detection in ${what} under action=${action}: ${disposition}`, () => {
      assert.deepEqual(ruled({ findings: [malware] }, { action }, what === 'a mail' ? 'sent' : undefined), {
        disposition,
        result: 'INFECTED',
        names: 'Eicar',
        action: word,
        details: '',
        verdict: 'infected',
      })
    })

  for (const action of ['pass', 'delete', 'deny', 'blackhole', 'sendback'] as const)
    test(`[SMTP-23] a mail that is too long is refused where it is sent, under action=${action}`, () => {
      const unscanned = ['messagesize'] as const
      const settings = { action, block_messagesize: true }
      const { disposition, action: word } = ruled({ unscanned }, settings, 'sent')
      assert.deepEqual([disposition, word], ['block', 'DENY'])
      assert.equal(ruled({ unscanned }, settings, 'fetched').action, action.toUpperCase())
      const beside = ruled({ findings: [malware], unscanned }, settings, 'sent')
      assert.equal(beside.action, action.toUpperCase(), 'what else was found decides')
    })

  test('all names are told, each once', () => {
    const findings = [malware, { threat: 'Other', category: 'policy' }, malware] as const
    assert.equal(ruled({ findings }).names, 'Eicar+Other')
  })

  test('riskware counts only where it is looked for', () => {
    assert.equal(ruled({ findings: [riskware] }).result, 'CLEAN')
    assert.equal(ruled({ findings: [riskware] }, { riskware_check: false }).result, 'CLEAN')
    assert.equal(ruled({ findings: [riskware] }, { riskware_check: true }).result, 'INFECTED')
    assert.equal(ruled({ findings: [riskware, malware] }).names, 'Eicar')
  })

  for (const because of ['engine-down', 'engine-error', 'no-space'] as const) {
    test(`${because}: refused for now, whatever the action`, () => {
      for (const action of ['delete', 'pass'] as const) {
        const { disposition, result, action: word, names } = ruled({ unscanned: [because] }, { action })
        assert.deepEqual([disposition, result, word, names], ['defer', 'UNSCANNED', 'DEFER', ''])
      }
    })

    test(`${because}: fail_open lets it pass, told as unscanned`, () => {
      const { disposition, result, action, details } = ruled({ unscanned: [because] }, { fail_open: true })
      assert.deepEqual([disposition, result, action, details], ['pass', 'UNSCANNED', 'NONE', causes[because].word])
    })
  }

  for (const [because, key, name, isBlockedByDefault] of [
    ['scan-timeout', 'block_scantimeout', 'FSIGK/POLICY_BLOCK_SCANTIMEOUT', true],
    ['max-nested', 'block_maxnested', 'FSIGK/POLICY_BLOCK_MAXNESTED', true],
    ['encrypted', 'block_encrypted', 'FSIGK/POLICY_BLOCK_ENCRYPTED', false],
    ['undecodable', 'block_undecodable', 'FSIGK/POLICY_BLOCK_UNDECODABLE', true],
    ['filesize', 'block_filesize', 'FSIGK/POLICY_BLOCK_FILESIZE', false],
    ['messagesize', 'block_messagesize', 'FSIGK/POLICY_BLOCK_MESSAGESIZE', false],
  ] as const) {
    test(`${because} with ${key}=yes: a detection that meets the action`, () => {
      const details = causes[because].word
      assert.deepEqual(ruled({ unscanned: [because] }, { [key]: true }), {
        disposition: 'block',
        result: 'INFECTED',
        names: name,
        action: 'DELETE',
        details,
        verdict: 'infected',
      })
      const passed = ruled({ unscanned: [because] }, { [key]: true, action: 'pass' })
      assert.deepEqual([passed.disposition, passed.result, passed.action], ['pass', 'INFECTED', 'PASS'])
    })

    test(`${because} with ${key}=no: passes, told as unscanned`, () => {
      const { disposition, result, action, details } = ruled({ unscanned: [because] }, { [key]: false })
      assert.deepEqual([disposition, result, action, details], ['pass', 'UNSCANNED', 'NONE', causes[because].word])
    })

    test(`${because}: ${isBlockedByDefault ? 'blocked' : 'passes'} by default`, () => {
      assert.equal(ruled({ unscanned: [because] }).disposition, isBlockedByDefault ? 'block' : 'pass')
    })
  }

  for (const because of ['over-filesize', 'skipped', 'tunnel'] as const)
    test(`${because}: passes by the administrator's wish, told as unscanned`, () => {
      const { disposition, result, details } = ruled({ unscanned: [because] })
      assert.deepEqual([disposition, result, details], ['pass', 'UNSCANNED', causes[because].word])
    })

  for (const { says, unscanned, findings, settings, expect } of [
    {
      says: 'infected beats unscanned',
      unscanned: ['engine-down', 'undecodable'],
      findings: [malware],
      expect: ['block', 'INFECTED', 'Eicar', 'VSD_DOWN,VSD_UNDECODABLE'],
    },
    {
      says: 'what refuses for now beats what would be a detection',
      unscanned: ['undecodable', 'engine-error'],
      expect: ['defer', 'UNSCANNED', '', 'VSD_ERROR,VSD_UNDECODABLE'],
    },
    {
      says: 'an open gateway does not hide what the content itself is refused for',
      unscanned: ['engine-error', 'undecodable'],
      settings: { fail_open: true },
      expect: ['block', 'INFECTED', 'FSIGK/POLICY_BLOCK_UNDECODABLE', 'VSD_ERROR,VSD_UNDECODABLE'],
    },
    {
      says: 'a cause that passes does not hide one that is blocked',
      unscanned: ['encrypted', 'over-filesize', 'max-nested'],
      expect: ['block', 'INFECTED', 'FSIGK/POLICY_BLOCK_MAXNESTED', 'VSD_MAXNESTED,VSD_ENCRYPTED,OVER_FILESIZE'],
    },
    {
      says: 'of two that are blocked, the more severe is told',
      unscanned: ['max-nested', 'scan-timeout', 'scan-timeout'],
      expect: ['block', 'INFECTED', 'FSIGK/POLICY_BLOCK_SCANTIMEOUT', 'VSD_SCANTIMEOUT,VSD_MAXNESTED'],
    },
    {
      says: 'riskware that does not count does not hide a cause',
      unscanned: ['scan-timeout'],
      findings: [riskware],
      expect: ['block', 'INFECTED', 'FSIGK/POLICY_BLOCK_SCANTIMEOUT', 'VSD_SCANTIMEOUT'],
    },
  ] as const)
    test(says, () => {
      const { disposition, result, names, details } = ruled(
        { unscanned, ...(findings === undefined ? {} : { findings }) },
        settings,
      )
      assert.deepEqual([disposition, result, names, details], expect)
    })
})
