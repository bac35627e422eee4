import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Content, Reading, Transfer } from '@fsigk/plugin-api'
import { inspect } from '../../src/pipeline/inspect.js'
import type { Judgement } from '../../src/pipeline/judgement.js'
import type { LoadedScanner } from '../../src/pipeline/loaded-scanner.js'
import type { Ruling } from '../../src/pipeline/policy.js'
import type { InspectionRoom } from '../../src/pipeline/room.js'
import { collected, recognisable } from '../kit/bodies.js'
import { noSmallDisk, smallDisk, type TemporaryFolder, temporaryFolder } from '../kit/folders.js'
import { inspected } from '../kit/inspected.js'
import { oneChunk, TestRoom, transferOf } from '../kit/room.js'
import {
  loaded,
  ObservedScanner,
  scannerFindingNothing,
  scannerHanging,
  scannerLookingFor,
  scannerReporting,
  TestScanners,
} from '../kit/scanners.js'

type Readings = NonNullable<Transfer['readings']>

class JudgingRoom extends TestRoom {
  readonly judgements: Judgement[] = []

  override decided(ruling: Ruling, judgement?: Judgement): void {
    super.decided(ruling)
    if (judgement !== undefined) this.judgements.push(judgement)
  }
}

interface Judged {
  readonly judgement: Judgement
  readonly told: string
  readonly disposition: string
}

async function judged(
  readings: Readings,
  scanner: LoadedScanner,
  transfer: Partial<Transfer> = {},
  settings: Partial<InspectionRoom['settings']> = {},
  folder?: TemporaryFolder,
): Promise<Judged> {
  await using own = await temporaryFolder()
  const { path, names } = folder ?? own
  const room = new JudgingRoom(path, new TestScanners(scanner), settings)
  let disposition = ''
  await inspect(room, transferOf({ ...transfer, readings }), async (outcome) => {
    disposition = outcome.disposition
  })
  assert.deepEqual(await names(), [], 'no spool is left behind')
  const { facts } = room.reports[0] ?? assert.fail()
  const judgement = room.judgements[0] ?? assert.fail()
  return { judgement, told: [facts.result, ...facts.details].join(' '), disposition }
}

function reading(name: string, body: Buffer, changes: Partial<Reading> = {}): Reading {
  return { name, type: 'text/plain', codings: [], body: oneChunk(body), ...changes }
}

function always(...all: readonly Reading[]): Readings {
  return async function* () {
    yield* all
  }
}

const looking = scannerLookingFor('virus', 'Found')

describe('the readings of a body', () => {
  test('are looked at beside the body, each with its name and type, and findings tell in which', async () => {
    const observed = new ObservedScanner(looking)
    const readings = always(reading('a.txt', Buffer.from('fine')), reading('b.exe', Buffer.from('a virus')))
    const { judgement, disposition } = await judged(readings, observed.loaded)
    assert.equal(disposition, 'block')
    assert.deepEqual(judgement.findings, [{ threat: 'Found', category: 'malware', member: 'b.exe' }])
    assert.deepEqual(
      observed.calls.map(({ content }) => content.name),
      ['file.bin', 'a.txt', 'b.exe'],
    )
  })

  test('that are clean leave a clean body clean', async () => {
    const { told, disposition } = await judged(always(reading('a', recognisable(200_000))), looking)
    assert.deepEqual([told, disposition], ['CLEAN', 'pass'])
  })

  test('are decoded', async () => {
    const readings = always(reading('a.gz', gzipSync('a virus'), { codings: ['gzip'] }))
    const { judgement } = await judged(readings, looking)
    assert.deepEqual(judgement.findings, [{ threat: 'Found', category: 'malware', member: 'a.gz' }])
  })

  test('that do not decode are undecodable', async () => {
    const readings = always(reading('a.gz', Buffer.from('no gzip'), { codings: ['gzip'] }))
    assert.equal((await judged(readings, looking)).told, 'INFECTED VSD_UNDECODABLE')
  })

  test('are asked of the body as it came and as it decodes', async () => {
    const seen: string[] = []
    const readings: Readings = async function* (content: Content) {
      seen.push(String(await collected(content.open())).slice(0, 5))
      yield reading('', Buffer.alloc(0))
    }
    await judged(readings, looking, { body: oneChunk(gzipSync('plain')), codings: ['gzip'] })
    assert.deepEqual(seen, [gzipSync('plain').toString().slice(0, 5), 'plain'])
  })

  test('come one after the other: the spool of one is gone when the next is asked for', async () => {
    await using folder = await temporaryFolder()
    const spools: number[] = []
    const readings: Readings = async function* () {
      for (let at = 0; at < 3; at++) {
        spools.push((await folder.names()).length)
        yield reading(`${at}`, recognisable(200_000))
      }
    }
    await judged(readings, looking, {}, {}, folder)
    assert.deepEqual(spools, [0, 0, 0])
  })

  test('in memory are looked at up to four beside each other, and told in their order', async () => {
    const { promise: fourAsked, resolve } = Promise.withResolvers<void>()
    let asked = 0
    let most = 0
    let underWay = 0
    const scanner = loaded('scanner-of-several', async ({ name }) => {
      underWay += 1
      most = Math.max(most, underWay)
      if (name !== 'file.bin' && ++asked === 4) resolve()
      if (name !== 'file.bin') await fourAsked
      // Those that were asked last answer first.
      for (let turn = 0; turn < 50 - asked * 10; turn++) await undefined
      underWay -= 1
      return { findings: name === 'file.bin' ? [] : [{ threat: 'Found', category: 'malware' }] }
    })
    const parts = ['1', '2', '3', '4', '5', '6'].map((name) => reading(name, Buffer.from(name)))
    const { judgement } = await judged(always(...parts), scanner)
    assert.equal(most, 4)
    assert.deepEqual(
      judgement.findings.map(({ member }) => member),
      ['1', '2', '3', '4', '5', '6'],
    )
  })

  test('that are looked at beside each other are all over at the deadline, of which is told once', async () => {
    const scanners = new TestScanners(
      loaded('scanner-of-bodies', async ({ name }) =>
        name === 'file.bin' ? { findings: [] } : await new Promise(() => {}),
      ),
    )
    await using folder = await temporaryFolder()
    const room = new JudgingRoom(folder.path, scanners, { vsd_scantimeout: 1 })
    const readings = always(reading('1', Buffer.from('1')), reading('2', Buffer.from('2')))
    await inspect(room, transferOf({ readings }), async () => {})
    assert.deepEqual(room.judgements[0]?.unscanned, [{ because: 'scan-timeout' }])
    assert.deepEqual(scanners.lateOnes, ['scanner-of-bodies'])
  })

  test('one that cannot be looked at hides nothing that is found in those beside it', async () => {
    let asked = 0
    class FailingScanners extends TestScanners {
      override settingsOf(scanner: LoadedScanner): unknown {
        if (++asked === 3) throw new Error('no settings')
        return super.settingsOf(scanner)
      }
    }
    await using folder = await temporaryFolder()
    const room = new JudgingRoom(folder.path, new FailingScanners(looking))
    const readings = ['fine', 'fine', 'a virus'].map((text) => reading('', Buffer.from(text)))
    await inspect(room, transferOf({ readings: always(...readings) }), async () => {})
    assert.deepEqual(room.judgements, [
      {
        findings: [{ threat: 'Found', category: 'malware' }],
        unscanned: [{ because: 'undecodable', detail: 'no settings' }],
      },
    ])
    assert.deepEqual(await folder.names(), [])
  })

  for (const { says, most, transfer } of [
    { says: 'ten thousand', most: 10_000, transfer: {} },
    { says: 'a thousand of a mail', most: 1000, transfer: { mail: { mailFrom: '', rcptTo: [] } } },
  ])
    test(`beyond ${says} are not looked at: the body is undecodable`, async () => {
      let asked = 0
      const readings: Readings = async function* () {
        for (; asked < 12_000; asked++) yield reading('part', Buffer.from('fine'))
      }
      const { told, judgement } = await judged(readings, looking, transfer)
      assert.equal(told, 'INFECTED VSD_UNDECODABLE')
      assert.match(judgement.unscanned[0]?.detail ?? '', new RegExp(`more than ${most} parts`))
      assert.equal(asked, most)
    })

  test('are looked at behind any number of parts with riskware, which is not looked for', async () => {
    const scanner = loaded('scanner-both', async (content) => {
      const isVirus = (await collected(content.open())).includes('virus')
      return { findings: [{ threat: isVirus ? 'Found' : 'PUA.Some', category: isVirus ? 'malware' : 'riskware' }] }
    })
    const readings: Readings = async function* () {
      for (let at = 0; at < 150; at++) yield reading('tool', Buffer.from('a tool'))
      yield reading('last', Buffer.from('a virus'))
    }
    const { told, disposition } = await judged(readings, scanner)
    assert.deepEqual([told, disposition], ['INFECTED', 'block'])
  })

  test('[SMTP-21] that stand for the whole are looked at beside a thousand others, also when these are not all', async () => {
    const mail = { mail: { mailFrom: '', rcptTo: [] }, scansBody: false }
    const readings = (skeleton: string, fault?: Error): Readings =>
      async function* () {
        for (let part = 0; part < 1000; part++) yield reading('part', Buffer.from('fine'))
        yield reading('', Buffer.from(skeleton), { isSkeleton: true })
        if (fault !== undefined) throw fault
      }
    assert.equal((await judged(readings('fine'), looking, mail)).told, 'CLEAN')
    const { judgement } = await judged(readings('a virus', new Error('more than 1000 parts')), looking, mail)
    assert.deepEqual(judgement, {
      findings: [{ threat: 'Found', category: 'malware' }],
      unscanned: [{ because: 'undecodable', detail: 'more than 1000 parts' }],
    })
  })

  test('that cannot be made are undecodable, beside what was found before', async () => {
    const readings: Readings = async function* () {
      yield reading('first', Buffer.from('a virus'))
      throw new Error('this is no form')
    }
    const { judgement } = await judged(readings, looking)
    assert.deepEqual(judgement.findings, [{ threat: 'Found', category: 'malware', member: 'first' }])
    assert.deepEqual(judgement.unscanned, [{ because: 'undecodable', detail: 'this is no form' }])
  })

  test('that a scanner cannot look at are told once', async () => {
    const parts = Array.from({ length: 50 }, (_, at) => reading(`${at}`, Buffer.from('x')))
    const { judgement } = await judged(always(...parts), scannerReporting('encrypted'))
    assert.equal(judgement.unscanned.length, 1)
  })

  test('share the deadline of the body', async () => {
    const parts = Array.from({ length: 5 }, (_, at) => reading(`${at}`, Buffer.from('x')))
    const { told } = await judged(always(...parts), scannerHanging, {}, { vsd_scantimeout: 1 })
    assert.equal(told, 'INFECTED VSD_SCANTIMEOUT')
  })

  test('for which there is no room refuse the body for now', { skip: noSmallDisk }, async () => {
    await using disk = await smallDisk(400)
    const readings = always(reading('large', recognisable(2_000_000)))
    const { told, disposition } = await judged(readings, scannerFindingNothing, {}, {}, disk)
    assert.deepEqual([told, disposition], ['UNSCANNED TMPDIR_FULL', 'defer'])
  })

  test('that are empty are not handed to scanners, and still refused by their names', async () => {
    const observed = new ObservedScanner(scannerFindingNothing)
    const readings = always(reading('empty.exe', Buffer.alloc(0)), reading('full', Buffer.from('x')))
    const { told } = await judged(readings, observed.loaded, {}, { block_ext: true, block_ext_list: '.exe' })
    assert.equal(told, 'INFECTED')
    assert.deepEqual(
      observed.calls.map(({ content }) => content.name),
      ['file.bin', 'full'],
    )
  })

  test('stand for the body where it is not to be looked at itself', async () => {
    const virus = { body: oneChunk(Buffer.from('a virus')), scansBody: false }
    assert.equal((await judged(always(reading('a', Buffer.from('fine'))), looking, virus)).told, 'CLEAN')
    assert.equal((await judged(always(reading('a', Buffer.from('a virus'))), looking, virus)).told, 'INFECTED')
  })

  test('[SMTP-21] that stand for the whole are left out where parts of it are', async () => {
    const mail = { mail: { mailFrom: '', rcptTo: [] }, scansBody: false }
    const readings = () => always(reading('', Buffer.from('a virus'), { isSkeleton: true }))
    assert.equal((await judged(readings(), looking, mail)).told, 'INFECTED')
    const passing = { pass_ext: true, pass_ext_list: '.jpg' }
    assert.equal((await judged(readings(), looking, mail, passing)).told, 'CLEAN')
  })

  test('[SMTP-20] [SMTP-24] are refused for their form where the settings say so', async () => {
    const cases = [
      { threat: 'FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE', setting: 'block_partial_message' },
      { threat: 'FSIGK/POLICY_FORMAT_MIME_BOUNDARY', setting: 'block_mime_format' },
      { threat: 'FSIGK/POLICY_FORMAT_MIME_FILENAME', setting: 'block_mime_format' },
    ]
    for (const { threat, setting } of cases) {
      const findings = [{ threat, category: 'policy' }] as const
      const readings = () => always(reading('a', Buffer.from('x'), { findings }))
      const judgedWith = (isOn: boolean) => judged(readings(), scannerFindingNothing, {}, { [setting]: isOn })
      const off = await judgedWith(false)
      assert.deepEqual([off.told, off.disposition], ['CLEAN', 'pass'], threat)
      const on = await judgedWith(true)
      assert.deepEqual([on.told, on.disposition], ['INFECTED', 'block'], threat)
      assert.deepEqual(on.judgement.findings, [{ threat, category: 'policy', member: 'a' }])
    }
  })

  test('are looked at behind any number of parts whose form is not refused', async () => {
    const findings = [{ threat: 'FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE', category: 'policy' }] as const
    const parts = Array.from({ length: 150 }, () => reading('part', Buffer.from('fine'), { findings }))
    const { told } = await judged(always(...parts, reading('last', Buffer.from('a virus'))), looking)
    assert.equal(told, 'INFECTED')
  })

  test('[SMTP-20] [SCAN-09] that are encrypted are told so, and refused where the settings say so', async () => {
    const readings = () =>
      always(reading('a', Buffer.from('x'), { unscanned: [{ because: 'encrypted', detail: 'S/MIME' }] }))
    const off = await judged(readings(), scannerFindingNothing)
    assert.deepEqual([off.told, off.disposition], ['UNSCANNED VSD_ENCRYPTED', 'pass'])
    const on = await judged(readings(), scannerFindingNothing, {}, { block_encrypted: true })
    assert.deepEqual([on.told, on.disposition], ['INFECTED VSD_ENCRYPTED', 'block'])
  })

  test('have readings of their own, of each form that they decode to', async () => {
    const inner: Readings = async function* (content) {
      const text = String(await collected(content.open()))
      if (text.startsWith('mail:')) yield reading('inner.txt', Buffer.from(text.slice(5).toUpperCase()))
    }
    const outer = reading('mail.gz', gzipSync('mail:a virus'), { codings: ['gzip'], readings: inner })
    const { judgement } = await judged(always(outer), scannerLookingFor('VIRUS', 'Found'))
    assert.deepEqual(judgement.findings, [{ threat: 'Found', category: 'malware', member: 'mail.gz/inner.txt' }])
  })

  test('within readings without end are too deeply nested', async () => {
    const endless: Readings = async function* () {
      yield reading('', Buffer.from('fine'), { readings: endless })
    }
    const { told, disposition } = await judged(endless, scannerFindingNothing)
    assert.deepEqual([told, disposition], ['INFECTED VSD_MAXNESTED', 'block'])
  })

  test('within readings are counted with those around them', async () => {
    let asked = 0
    const many = (within: Partial<Reading>): Readings =>
      async function* () {
        for (let at = 0; at < 100; at++) {
          asked++
          yield reading('part', Buffer.from('fine'), within)
        }
      }
    const { told } = await judged(many({ readings: many({}) }), scannerFindingNothing)
    assert.equal(told, 'INFECTED VSD_UNDECODABLE')
    assert.ok(asked <= 10_002, `${asked} were asked for`)
  })
})

describe('the signal of a transfer', () => {
  test('ends the scan: the inspection rejects with its reason, and has written its line', async () => {
    const stop = new AbortController()
    const hanging = new ObservedScanner(
      loaded('scanner-hanging', () => {
        stop.abort(new Error('nobody waits'))
        return new Promise(() => {})
      }),
    )
    const { error, told, room, outcome } = await inspected({ signal: stop.signal }, [hanging.loaded])
    assert.equal(String(error), 'Error: nobody waits')
    assert.equal(outcome, undefined)
    assert.equal(told, 'UNSCANNED NONE INCOMPLETE')
    assert.equal(String(room.reports[0]?.failure), 'Error: nobody waits')
    assert.equal(hanging.calls[0]?.call.signal.aborted, true)
  })

  test('that was given before the body is whole asks no scanner', async () => {
    const stop = new AbortController()
    const observed = new ObservedScanner(scannerFindingNothing)
    async function* body() {
      stop.abort(new Error('nobody waits'))
      yield Buffer.from('x')
    }
    const { error } = await inspected({ signal: stop.signal, body: body() }, [observed.loaded])
    assert.equal(String(error), 'Error: nobody waits')
    assert.equal(observed.calls.length, 0)
  })
})
