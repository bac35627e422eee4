import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Transfer } from '@fsigk/plugin-api'
import { blockedByName } from '../../src/pipeline/blocks.js'
import { inspect } from '../../src/pipeline/inspect.js'
import type { InspectionRoom } from '../../src/pipeline/room.js'
import { pieces, recognisable, TestSource } from '../kit/bodies.js'
import { temporaryFolder } from '../kit/folders.js'
import { oneChunk, TestRoom, transferOf } from '../kit/room.js'
import { scannerFindingNothing, scannerHanging, scannerThrowing, TestScanners } from '../kit/scanners.js'

const EXT = { block_ext: true, block_ext_list: '.exe, setup.bin' } as const

async function inspected(
  transfer: Partial<Transfer>,
  settings: Partial<InspectionRoom['settings']>,
  scanner = scannerFindingNothing,
): Promise<readonly [disposition: string, names: readonly string[]]> {
  await using folder = await temporaryFolder()
  const room = new TestRoom(folder.path, new TestScanners(scanner), settings)
  let disposition = ''
  await inspect(room, transferOf(transfer), async (outcome) => {
    disposition = outcome.disposition
  })
  const { facts } = room.reports[0] ?? assert.fail()
  return [disposition, facts.names]
}

describe('a name that is refused', () => {
  const blocked = ['block', ['FSIGK/POLICY_BLOCK_EXT']]

  test('is a detection, whether the body is held, flows or is not scanned at all', async () => {
    for (const release of [
      { mode: 'held' },
      { mode: 'beyond', bytes: 10 },
      { mode: 'live', because: 'skipped', detail: 'PASS_EXT' },
    ] as const)
      assert.deepEqual(await inspected({ name: 'a.EXE', release }, EXT), blocked)
    assert.deepEqual(await inspected({ name: 'a.exe' }, { ...EXT, virus_check: false }), blocked)
  })

  test('is refused without a look at the body, unless that is kept', async () => {
    for (const [quarantine, taken] of [
      [false, 0],
      [true, 10],
    ] as const) {
      const body = new TestSource(pieces(recognisable(1000), 100))
      assert.deepEqual(await inspected({ name: 'a.exe', body }, { ...EXT, quarantine }), blocked)
      assert.equal(body.taken, taken)
    }
  })

  test('is refused though no scanner answers, and under fail_open', async () => {
    const settings = { ...EXT, fail_open: true, quarantine: true }
    assert.deepEqual(await inspected({ name: 'a.exe' }, settings, scannerThrowing), blocked)
  })

  test('may be one of several, or that of a part', async () => {
    assert.deepEqual(await inspected({ name: 'a.txt', otherNames: ['b.exe'] }, EXT), blocked)
    const readings: Transfer['readings'] = async function* () {
      yield { name: 'My Setup.bin', type: '', codings: [], body: oneChunk(Buffer.from('x')) }
    }
    assert.deepEqual(await inspected({ name: '', readings }, EXT), blocked)
  })

  test('is every name under ALL, in mail alone', () => {
    const all = () => ({ block_ext: true, block_ext_list: 'ALL' })
    assert.equal(blockedByName(all(), true, { name: 'a.txt', type: 'text/plain' }).length, 1)
    assert.equal(blockedByName(all(), true, { name: '', type: 'text/plain' }).length, 0)
    assert.equal(blockedByName(all(), false, { name: 'a.txt', type: 'text/plain' }).length, 0)
    assert.equal(blockedByName(all(), true, { name: '', type: 'Image/PNG' }).length, 1)
  })
})

describe('content that is refused', () => {
  const html = (text: string) => ({ type: 'text/html', body: oneChunk(Buffer.from(text)) })
  const both = { block_script: true, block_activex: true } as const

  test('is told by all that it holds', async () => {
    const page = '<object classid=a></object><script>a()</script>'
    const names = ['FSIGK/POLICY_BLOCK_SCRIPT', 'FSIGK/POLICY_BLOCK_ACTIVEX']
    assert.deepEqual(await inspected(html(page), both), ['block', names])
    assert.deepEqual(await inspected(html(page), { block_activex: true }), ['block', names.slice(1)])
    assert.deepEqual(await inspected(html('<p>fine</p>'), both), ['pass', []])
  })

  test('is found behind any number of bytes', async () => {
    const text = `<html>${' padding'.repeat(50_000)}<scr`
    const body = new TestSource([Buffer.from(text), Buffer.from('ipt>')])
    assert.deepEqual(await inspected({ type: 'text/html', body }, both), ['block', ['FSIGK/POLICY_BLOCK_SCRIPT']])
  })

  test('is not cleared by a scan that took too long', async () => {
    const [disposition] = await inspected(html('<p>fine</p>'), { ...both, vsd_scantimeout: 1 }, scannerHanging)
    assert.equal(disposition, 'block')
  })
})
