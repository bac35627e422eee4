/**
 * What every protocol plugin must keep to, whatever its wire looks like: nothing of a held body before the verdict,
 * every release mode's promise, and the answer of the policy table for each cause of `unscanned`.
 */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import type { UnscannedCause } from '@fsigk/plugin-api'
import { RawClient } from '../raw-client.js'
import {
  type PluginPackage,
  scannerThatCannot,
  scannerThatFinds,
  scannerThatFindsNothing,
  scannerThatHangs,
  scannerThatTakes,
  scannerThatThrows,
  TEST_THREAT,
} from '../scanner-plugins.js'
import { startTestGateway, type TestGateway } from '../test-gateway.js'
import { type Check, testAll } from './check.js'
import { until } from './until.js'

/** What a client made of one download. */
export interface Download {
  /** Every byte that the client was sent, framing and notices included. */
  readonly heard: Buffer
  /** How the client would describe it: all of the body, refused for good, refused for now, or visibly cut short. */
  readonly result: 'whole' | 'refused' | 'refused for now' | 'cut'
}

/** How the suite drives one protocol. */
export interface ProtocolSubject {
  /** The service and the section of its settings: `http`. */
  readonly service: string
  /**
   * Starts a real upstream that offers `body`, fetches it through the gateway with a new client, and stops the upstream.
   * With `cutAfter`, the upstream announces the whole length and closes after so many bytes.
   */
  download(gateway: TestGateway, body: Buffer, cutAfter?: number): Promise<Download>
  /**
   * Settings under which a body that is held for more than a second begins to trickle: all of it goes out but the last
   * 100,000 bytes. Undefined where the protocol never trickles.
   */
  readonly trickling?: Readonly<Record<string, string | number | boolean>>
  /** Settings without which the protocol cannot be tested. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
}

export interface ProtocolUnderTest extends ProtocolSubject {
  /** The folder of its built package, where it does not ship with the product. */
  readonly folder?: string
}

/**
 * A body in which every 16 bytes stand only once, so that any piece that escapes is recognised. Lines end in CR LF, as mail
 * must have it; the last one may be cut.
 */
export function recognisableBody(bytes: number): Buffer {
  const lines: string[] = []
  for (let at = 0; at < bytes; at += 16) lines.push(`<${at.toString(36).padStart(12, '.')}>\r\n`)
  return Buffer.from(lines.join('')).subarray(0, bytes)
}

/** Whether any whole 16-byte piece of `body` stands in what was heard. */
export function anyPieceEscaped(heard: Buffer, body: Buffer): boolean {
  for (let at = 0; at + 16 <= body.length; at += 16) if (heard.includes(body.subarray(at, at + 16))) return true
  return false
}

const IN_MEMORY = 20_000
const ON_DISK = 300_000
const HUGE = 64 * 1024 * 1024
const RUDE_CLIENTS = 20

/** Runs the suite; call it at the top level of a test file. */
export function protocolConformance(protocol: ProtocolUnderTest): void {
  testAll(protocol.service, protocolChecks(protocol))
}

export function protocolChecks(protocol: ProtocolUnderTest): readonly Check[] {
  const start: Start = (scanners, settings = {}) =>
    startTestGateway({
      scanners,
      pluginFolders: protocol.folder === undefined ? [] : [protocol.folder],
      settings: {
        [`${protocol.service}.svcport`]: '127.0.0.1:0',
        [`${protocol.service}.workers`]: 1,
        [`${protocol.service}.vsd_scantimeout`]: 1,
        ...protocol.settings,
        ...settings,
      },
    })
  return [
    ...heldChecks(protocol, start),
    ...releaseChecks(protocol, start),
    ...(protocol.trickling === undefined ? [] : trickleChecks(protocol, protocol.trickling, start)),
    ...failingScannerChecks(protocol, start),
    ...policyChecks(protocol, start),
    ...hardshipChecks(protocol, start),
  ]
}

type Start = (
  scanners: readonly PluginPackage[],
  settings?: Readonly<Record<string, string | number | boolean>>,
) => Promise<TestGateway>

function heldChecks(protocol: ProtocolUnderTest, start: Start): readonly Check[] {
  return [
    {
      title: 'clean bodies arrive whole, of a byte, from memory and from disk',
      async run() {
        await using gateway = await start([scannerThatFindsNothing])
        for (const bytes of [1, IN_MEMORY, ON_DISK]) {
          const body = recognisableBody(bytes)
          const { result, heard } = await protocol.download(gateway, body)
          assert.equal(result, 'whole', `${bytes} bytes`)
          assert.ok(heard.includes(body), `${bytes} bytes`)
        }
      },
    },
    {
      title: 'held: no byte of a body passes a scanner that finds, from memory or from disk',
      async run() {
        await using gateway = await start([scannerThatFinds])
        for (const bytes of [IN_MEMORY, ON_DISK]) {
          const body = recognisableBody(bytes)
          const { result, heard } = await protocol.download(gateway, body)
          assert.equal(result, 'refused', `${bytes} bytes`)
          assert.ok(!anyPieceEscaped(heard, body), `${bytes} bytes`)
        }
        await gateway.line(protocol.service, 'detect', `DETECT-STAT:INFECTED:${encodeURIComponent(TEST_THREAT)}:`)
      },
    },
    {
      title: 'held: a body that its server cuts short never looks whole, and nothing of it passes',
      async run() {
        await using gateway = await start([scannerThatFindsNothing])
        const body = recognisableBody(ON_DISK)
        const { result, heard } = await protocol.download(gateway, body, ON_DISK / 2)
        assert.notEqual(result, 'whole')
        assert.ok(!anyPieceEscaped(heard, body))
      },
    },
  ]
}

function releaseChecks(protocol: ProtocolUnderTest, start: Start): readonly Check[] {
  const { service } = protocol
  const firstPart = { [`${service}.pass_filesize`]: true, [`${service}.pass_filesize_len`]: 100_000 }
  return [
    {
      title: 'beyond: under a scanner that finds, none of the first part passes',
      async run() {
        await using gateway = await start([scannerThatFinds], firstPart)
        const body = recognisableBody(ON_DISK)
        const { result, heard } = await protocol.download(gateway, body)
        assert.equal(result, 'refused')
        assert.ok(!anyPieceEscaped(heard, body.subarray(0, 100_000)))
      },
    },
    {
      title: 'beyond: a clean first part lets the rest flow, logged as OVER_FILESIZE',
      async run() {
        await using gateway = await start([scannerThatFindsNothing], firstPart)
        const body = recognisableBody(ON_DISK)
        const { result, heard } = await protocol.download(gateway, body)
        assert.equal(result, 'whole')
        assert.ok(heard.includes(body))
        assert.match(await gateway.line(service, 'access', /./), /DETECT-STAT:UNSCANNED:.*OVER_FILESIZE/)
      },
    },
    {
      title: 'live: with virus_check off everything passes, and is logged as unscanned',
      async run() {
        await using gateway = await start([scannerThatFinds], { [`${service}.virus_check`]: false })
        const { result } = await protocol.download(gateway, recognisableBody(ON_DISK))
        assert.equal(result, 'whole')
        assert.match(await gateway.line(service, 'access', /./), /DETECT-STAT:UNSCANNED:/)
      },
    },
  ]
}

/** Longer than the delay of a trickling subject, and shorter than its limit of scanning. */
const SLOW_SCAN_MS = 1_700
const KEPT_BACK = 100_000

function trickleChecks(
  { service, download }: ProtocolUnderTest,
  trickling: NonNullable<ProtocolUnderTest['trickling']>,
  start: Start,
): readonly Check[] {
  const settings = { ...trickling, [`${service}.vsd_scantimeout`]: 10 }
  return [
    {
      title: 'trickle: under a scanner that finds, a body begins and never completes; a small one does not begin',
      async run() {
        await using gateway = await start([scannerThatTakes(SLOW_SCAN_MS, true)], settings)
        const body = recognisableBody(ON_DISK)
        const small = recognisableBody(KEPT_BACK)
        const [begun, held] = await Promise.all([download(gateway, body), download(gateway, small)])
        assert.equal(begun.result, 'cut')
        assert.ok(begun.heard.includes(body.subarray(0, 1024)), 'it began')
        assert.ok(!anyPieceEscaped(begun.heard, body.subarray(-KEPT_BACK)))
        assert.equal(held.result, 'refused')
        assert.ok(!anyPieceEscaped(held.heard, small))
      },
    },
    {
      title: 'trickle: a clean body arrives whole, and one that its server cuts short never looks whole',
      async run() {
        await using gateway = await start([scannerThatTakes(SLOW_SCAN_MS, false)], settings)
        const body = recognisableBody(ON_DISK)
        const [whole, cut] = await Promise.all([download(gateway, body), download(gateway, body, ON_DISK - 1)])
        assert.equal(whole.result, 'whole')
        assert.ok(whole.heard.includes(body))
        assert.notEqual(cut.result, 'whole')
      },
    },
  ]
}

function failingScannerChecks(protocol: ProtocolUnderTest, start: Start): readonly Check[] {
  const { service } = protocol
  const failing = [
    ['throws', [scannerThatThrows]],
    ['is missing', []],
  ] as const
  return [
    {
      title: 'a scanner that hangs costs its deadline, and the body is refused',
      async run() {
        await using gateway = await start([scannerThatHangs])
        const body = recognisableBody(IN_MEMORY)
        const began = Date.now()
        const { result, heard } = await protocol.download(gateway, body)
        assert.equal(result, 'refused')
        assert.ok(!anyPieceEscaped(heard, body))
        assert.ok(Date.now() - began >= 900, 'it waited for the deadline')
        assert.match(await gateway.line(service, 'detect', /./), /FSIGK%2FPOLICY_BLOCK_SCANTIMEOUT/)
      },
    },
    ...failing.map(([what, scanners]) => ({
      title: `while a scanner ${what}, the body is refused for now, or passes with fail_open and is logged as unscanned`,
      async run() {
        await using gateway = await start(scanners)
        const body = recognisableBody(IN_MEMORY)
        const { result, heard } = await protocol.download(gateway, body)
        assert.equal(result, 'refused for now')
        assert.ok(!anyPieceEscaped(heard, body))
        await gateway.set({ [`${service}.fail_open`]: true })
        assert.equal((await protocol.download(gateway, body)).result, 'whole')
        await gateway.line(service, 'access', 'DETECT-STAT:UNSCANNED:')
      },
    })),
  ]
}

function policyChecks(protocol: ProtocolUnderTest, start: Start): readonly Check[] {
  const { service } = protocol
  return policyCauses.map(({ cause, key, detection, byDefault }) => ({
    title: `${cause}: ${byDefault} by default, and otherwise with ${key}=${byDefault === 'blocked' ? 'no' : 'yes'}`,
    async run() {
      await using gateway = await start([scannerThatCannot(cause)])
      const expect = async (result: Download['result']) =>
        assert.equal((await protocol.download(gateway, recognisableBody(IN_MEMORY))).result, result)
      await expect(byDefault === 'blocked' ? 'refused' : 'whole')
      await gateway.set({ [`${service}.${key}`]: byDefault !== 'blocked' })
      await expect(byDefault === 'blocked' ? 'whole' : 'refused')
      await gateway.line(service, 'detect', encodeURIComponent(detection))
      await gateway.line(service, 'access', 'DETECT-STAT:UNSCANNED:')
    },
  }))
}

function hardshipChecks(protocol: ProtocolUnderTest, start: Start): readonly Check[] {
  const { service } = protocol
  const clients = async (gateway: TestGateway, talk: (client: RawClient) => void | Promise<void>) => {
    const address = await gateway.address(service)
    await Promise.all(
      Array.from({ length: RUDE_CLIENTS }, async () => {
        using client = await RawClient.to(address)
        await talk(client)
      }),
    )
  }
  const serves = async (gateway: TestGateway) => {
    const { result } = await protocol.download(gateway, recognisableBody(IN_MEMORY))
    assert.equal(result, 'whole')
  }
  return [
    {
      title: 'clients that leave, say nothing or talk nonsense take nothing from the others, and leave nothing behind',
      async run() {
        await using gateway = await start([scannerThatFindsNothing])
        await serves(gateway)
        const [worker] = await gateway.workers(service)
        const before = await descriptorsOf(worker)
        await clients(gateway, () => {})
        await clients(gateway, (client) => void client.socket.resetAndDestroy())
        await clients(gateway, (client) => client.send('\0\xff\x16\x03\x01 no protocol of this world \r\n\r\n'))
        await clients(gateway, (client) => client.send('x'.repeat(1_000_000)))
        await serves(gateway)
        await until('the descriptors of those clients are closed', async () => (await descriptorsOf(worker)) <= before)
        assert.deepEqual(await gateway.workers(service), [worker], 'its worker had to be replaced')
      },
    },
    {
      title: `a body of ${HUGE / 1024 ** 2} MiB arrives whole`,
      async run() {
        await using gateway = await start([scannerThatFindsNothing], { [`${service}.vsd_scantimeout`]: 60 })
        const body = Buffer.alloc(HUGE, 'a line of a large body\r\n')
        const { result, heard } = await protocol.download(gateway, body)
        assert.equal(result, 'whole')
        assert.ok(heard.length >= body.length)
      },
    },
    {
      title: 'reloaded twice, it serves on in the same worker',
      async run() {
        await using gateway = await start([scannerThatFindsNothing])
        const workers = await gateway.workers(service)
        for (const seconds of [7, 8]) {
          await gateway.set({ [`${service}.vsd_scantimeout`]: seconds })
          await serves(gateway)
        }
        assert.deepEqual(await gateway.workers(service), workers)
      },
    },
  ]
}

async function descriptorsOf(pid: number | undefined): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length
}

/** The policy rows of the table of causes that a scanner can report. */
const policyCauses: readonly {
  readonly cause: UnscannedCause
  readonly key: string
  readonly detection: string
  readonly byDefault: 'blocked' | 'passes'
}[] = [
  {
    cause: 'scan-timeout',
    key: 'block_scantimeout',
    detection: 'FSIGK/POLICY_BLOCK_SCANTIMEOUT',
    byDefault: 'blocked',
  },
  { cause: 'max-nested', key: 'block_maxnested', detection: 'FSIGK/POLICY_BLOCK_MAXNESTED', byDefault: 'blocked' },
  { cause: 'encrypted', key: 'block_encrypted', detection: 'FSIGK/POLICY_BLOCK_ENCRYPTED', byDefault: 'passes' },
  { cause: 'undecodable', key: 'block_undecodable', detection: 'FSIGK/POLICY_BLOCK_UNDECODABLE', byDefault: 'blocked' },
]
