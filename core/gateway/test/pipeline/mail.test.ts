import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Envelope, Reading, Transfer, TransferPolicy } from '@fsigk/plugin-api'
import { pieces, recognisable, TestSource } from '../kit/bodies.js'
import { inspected } from '../kit/inspected.js'
import { oneChunk } from '../kit/room.js'
import { ObservedScanner, scannerFinding, scannerFindingNothing, scannerLookingFor } from '../kit/scanners.js'

const mail: Envelope = { mailFrom: 'from@site.example', rcptTo: ['to@site.example'] }
const finding = scannerFinding('Eicar')

function mailOf(changes: Partial<Transfer> = {}): Partial<Transfer> {
  return { mail, name: '', type: 'message/rfc822', ...changes }
}

describe('a mail', () => {
  test('that is deleted is replaced by a notice', async () => {
    const { outcome, told } = await inspected(mailOf(), [finding], { action: 'delete' })
    assert.equal(outcome?.disposition, 'replace')
    assert.equal(told, 'INFECTED DELETE')
  })

  const policy: TransferPolicy = { action: 'sendback', quarantine: true, notify_admin: false, template: 'smtp_lan' }

  test('[SMTP-18] of the LAN meets its own action and quarantine in place of the section’s', async () => {
    const kept = await inspected(mailOf({ policy }), [finding], { action: 'pass', quarantine: false })
    assert.equal(kept.outcome?.disposition, 'return')
    assert.equal(kept.told, 'INFECTED SENDBACK')
    assert.notEqual(kept.room.reports[0]?.facts.quarantined, '')
    const unkept = await inspected(mailOf({ policy: { ...policy, action: 'pass', quarantine: false } }), [finding], {
      action: 'delete',
      quarantine: true,
    })
    assert.equal(unkept.outcome?.disposition, 'pass')
    assert.equal(unkept.room.reports[0]?.facts.quarantined, '')
  })

  for (const { says, bytes, settings, expect } of [
    {
      says: 'as large as allowed passes',
      bytes: 1000,
      settings: { block_messagesize_len: 1000 },
      expect: 'CLEAN NONE',
    },
    {
      says: 'larger than allowed is a detection',
      bytes: 1001,
      settings: { block_messagesize_len: 1000 },
      expect: 'INFECTED DELETE OVER_BLOCK_MESSAGESIZE',
    },
    {
      says: 'larger than allowed passes under action=pass, and is told',
      bytes: 1001,
      settings: { block_messagesize_len: 1000, action: 'pass' },
      expect: 'INFECTED PASS OVER_BLOCK_MESSAGESIZE',
    },
    {
      says: 'may be any size up to 2 GB where block_messagesize is off',
      bytes: 1001,
      settings: { block_messagesize: false, block_messagesize_len: 1000 },
      expect: 'CLEAN NONE',
    },
  ] as const)
    test(`[SMTP-24] ${says}`, async () => {
      const body = new TestSource(pieces(recognisable(bytes), 100))
      const { told, room, passed } = await inspected(mailOf({ body }), [scannerFindingNothing], {
        block_messagesize: true,
        ...settings,
      })
      assert.equal(told, expect)
      const { names } = room.reports[0]?.facts ?? assert.fail()
      assert.deepEqual(names, expect.startsWith('INFECTED') ? ['FSIGK/POLICY_BLOCK_MESSAGESIZE'] : [])
      assert.equal(passed?.length, expect.startsWith('INFECTED DELETE') ? undefined : bytes)
    })

  test('[SMTP-24] that is too large is not read to its end', async () => {
    const body = new TestSource(pieces(recognisable(100_000), 100))
    await inspected(mailOf({ body }), [scannerFindingNothing], { block_messagesize: true, block_messagesize_len: 1000 })
    assert.equal(body.taken, 11)
  })

  test('[SMTP-24] of more than 2 GB is refused whatever the settings say', async () => {
    const { room, told } = await inspected(mailOf({ bytes: 2_000_000_001 }), [scannerFindingNothing])
    assert.equal(told, 'INFECTED DELETE')
    assert.deepEqual(room.reports[0]?.facts.names, ['FSIGK/POLICY_BLOCK_MESSAGESIZE'])
    assert.equal((await inspected({ bytes: 2_000_000_001 }, [scannerFindingNothing])).told, 'CLEAN NONE')
  })

  test('[SMTP-24] that is not scanned breaks off where it grows too large', async () => {
    const body = new TestSource(pieces(recognisable(2000), 100))
    const settings = { virus_check: false, block_messagesize: true, block_messagesize_len: 1000 }
    const { error } = await inspected(mailOf({ body }), [scannerFindingNothing], settings)
    assert.match(String(error), /grew beyond what is allowed \(1000 bytes\)/)
  })

  function partsOf(...parts: readonly Partial<Reading>[]): NonNullable<Transfer['readings']> {
    return async function* () {
      for (const part of parts)
        yield { name: '', type: '', codings: [], body: oneChunk(Buffer.from('a virus')), ...part }
    }
  }
  const PASS_EXT = { pass_ext: true, pass_ext_list: '.txt,readme' } as const
  const looking = scannerLookingFor('virus', 'Found')

  for (const { says, part, expect } of [
    { says: 'as listed is not scanned', part: { name: 'A.TXT' }, expect: 'UNSCANNED NONE PASS_EXT' },
    { says: 'of another kind is scanned', part: { name: 'a.exe' }, expect: 'INFECTED DELETE' },
    { says: 'unknown is scanned', part: { name: '' }, expect: 'INFECTED DELETE' },
    {
      says: 'that some readers take for another is scanned',
      part: { name: 'a.txt', otherNames: ['a.exe'] },
      expect: 'INFECTED DELETE',
    },
  ])
    test(`[SMTP-21] a part with a name ${says}`, async () => {
      const body = oneChunk(Buffer.from('with a virus in one part'))
      const { told } = await inspected(mailOf({ body, readings: partsOf(part) }), [looking], PASS_EXT)
      assert.equal(told, expect)
    })

  test('[SMTP-21] is scanned whole as well while no part is left out', async () => {
    const observed = new ObservedScanner(scannerFindingNothing)
    await inspected(mailOf({ readings: partsOf({ name: 'a.txt' }) }), [observed.loaded])
    assert.deepEqual(
      observed.calls.map(({ content }) => content.type),
      ['message/rfc822', ''],
    )
  })

  test('[SMTP-20] with any attachment is refused by ALL, and one without passes', async () => {
    const ALL = { block_ext: true, block_ext_list: 'ALL' }
    const judged = async (part: Partial<Reading>) =>
      (await inspected(mailOf({ readings: partsOf(part) }), [scannerFindingNothing], ALL)).told
    assert.equal(await judged({ name: 'a.txt', type: 'text/plain' }), 'INFECTED DELETE')
    assert.equal(await judged({ type: 'application/pdf' }), 'INFECTED DELETE')
    assert.equal(await judged({ type: 'text/plain' }), 'CLEAN NONE')
    assert.equal(await judged({ type: 'message/rfc822', isSkeleton: true }), 'CLEAN NONE')
  })

  test('[SMTP-20] is refused for nothing where virus_check is off', async () => {
    const settings = {
      virus_check: false,
      block_ext: true,
      block_ext_list: 'ALL',
      block_script: true,
      block_partial_message: true,
      block_encrypted: true,
    }
    const readings = partsOf({
      name: 'a.exe',
      findings: [{ threat: 'FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE', category: 'policy' }],
      unscanned: [{ because: 'encrypted' }],
    })
    const { told } = await inspected(mailOf({ readings }), [finding], settings)
    assert.equal(told, 'UNSCANNED NONE PASS_VIRUS_CHECK')
  })
})
