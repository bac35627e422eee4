/**
 * What every protocol plugin must keep to, whatever its wire looks like: nothing of a held body before the verdict,
 * every release mode's promise, and the answer of the policy table for each cause of `unscanned`.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { UnscannedCause } from '@fsigk/plugin-api'
import {
  type PluginPackage,
  scannerThatCannot,
  scannerThatFinds,
  scannerThatFindsNothing,
  scannerThatHangs,
  scannerThatThrows,
  TEST_THREAT,
} from '../scanner-plugins.js'
import { startTestGateway, type TestGateway } from '../test-gateway.js'

/** What a client made of one download. */
export interface Download {
  /** Every byte that the client was sent, framing and notices included. */
  readonly heard: Buffer
  /** How the client would describe it: all of the body, refused for good, refused for now, or visibly cut short. */
  readonly result: 'whole' | 'refused' | 'refused for now' | 'cut'
}

/** How the suite drives one protocol. */
export interface ProtocolUnderTest {
  /** The service and the section of its settings: `http`. */
  readonly service: string
  /**
   * Starts a real upstream that offers `body`, fetches it through the gateway with a new client, and stops the upstream.
   * With `cutAfter`, the upstream announces the whole length and closes after so many bytes.
   */
  download(gateway: TestGateway, body: Buffer, cutAfter?: number): Promise<Download>
  /** Settings without which the protocol cannot be tested. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
}

/** A body in which every 16 bytes stand only once, so that any piece that escapes is recognised. */
export function recognisableBody(bytes: number): Buffer {
  const lines: string[] = []
  for (let at = 0; at < bytes; at += 16) lines.push(`<${at.toString(36).padStart(13, '.')}>\n`)
  return Buffer.from(lines.join('')).subarray(0, bytes)
}

/** Whether any whole 16-byte piece of `body` stands in what was heard. */
export function anyPieceEscaped(heard: Buffer, body: Buffer): boolean {
  for (let at = 0; at + 16 <= body.length; at += 16) if (heard.includes(body.subarray(at, at + 16))) return true
  return false
}

const IN_MEMORY = 20_000
const ON_DISK = 300_000

/** Runs the suite; call it at the top level of a test file. */
export function protocolConformance(protocol: ProtocolUnderTest): void {
  const { service } = protocol
  const start = (scanners: readonly PluginPackage[], settings: Record<string, string | number | boolean> = {}) =>
    startTestGateway({ scanners, settings: { ...protocol.settings, [`${service}.vsd_scantimeout`]: 1, ...settings } })

  describe(`${service} conforms`, () => {
    for (const bytes of [1, IN_MEMORY, ON_DISK])
      test(`a clean body of ${bytes} bytes arrives whole`, async () => {
        await using gateway = await start([scannerThatFindsNothing])
        const body = recognisableBody(bytes)
        const { result, heard } = await protocol.download(gateway, body)
        assert.equal(result, 'whole')
        assert.ok(heard.includes(body))
      })

    for (const bytes of [IN_MEMORY, ON_DISK])
      test(`held: no byte of a body of ${bytes} bytes passes a scanner that finds`, async () => {
        await using gateway = await start([scannerThatFinds])
        const body = recognisableBody(bytes)
        const { result, heard } = await protocol.download(gateway, body)
        assert.equal(result, 'refused')
        assert.ok(!anyPieceEscaped(heard, body))
        assert.match(
          await gateway.line(service, 'detect', /./),
          new RegExp(`DETECT-STAT:INFECTED:${encodeURIComponent(TEST_THREAT)}:`),
        )
      })

    test('held: a body that its server cuts short never looks whole, and nothing of it passes', async () => {
      await using gateway = await start([scannerThatFindsNothing])
      const body = recognisableBody(ON_DISK)
      const { result, heard } = await protocol.download(gateway, body, ON_DISK / 2)
      assert.notEqual(result, 'whole')
      assert.ok(!anyPieceEscaped(heard, body))
    })

    test('beyond: under a scanner that finds, none of the first part passes', async () => {
      await using gateway = await start([scannerThatFinds], {
        [`${service}.pass_filesize`]: true,
        [`${service}.pass_filesize_len`]: 100_000,
      })
      const body = recognisableBody(ON_DISK)
      const { result, heard } = await protocol.download(gateway, body)
      assert.equal(result, 'refused')
      assert.ok(!anyPieceEscaped(heard, body.subarray(0, 100_000)))
    })

    test('beyond: a clean first part lets the rest flow, logged as OVER_FILESIZE', async () => {
      await using gateway = await start([scannerThatFindsNothing], {
        [`${service}.pass_filesize`]: true,
        [`${service}.pass_filesize_len`]: 100_000,
      })
      const body = recognisableBody(ON_DISK)
      const { result, heard } = await protocol.download(gateway, body)
      assert.equal(result, 'whole')
      assert.ok(heard.includes(body))
      assert.match(await gateway.line(service, 'access', /./), /DETECT-STAT:UNSCANNED:.*OVER_FILESIZE/)
    })

    test('live: with virus_check off everything passes, and is logged as unscanned', async () => {
      await using gateway = await start([scannerThatFinds], { [`${service}.virus_check`]: false })
      const body = recognisableBody(ON_DISK)
      const { result } = await protocol.download(gateway, body)
      assert.equal(result, 'whole')
      assert.match(await gateway.line(service, 'access', /./), /DETECT-STAT:UNSCANNED:/)
    })

    test('a scanner that hangs costs its deadline, and the body is refused', async () => {
      await using gateway = await start([scannerThatHangs])
      const body = recognisableBody(IN_MEMORY)
      const began = Date.now()
      const { result, heard } = await protocol.download(gateway, body)
      assert.equal(result, 'refused')
      assert.ok(!anyPieceEscaped(heard, body))
      assert.ok(Date.now() - began >= 900, 'it waited for the deadline')
      assert.match(await gateway.line(service, 'detect', /./), /FSIGK%2FPOLICY_BLOCK_SCANTIMEOUT/)
    })

    for (const [what, scanners] of [
      ['throws', [scannerThatThrows]],
      ['is missing', []],
    ] as const) {
      test(`while a scanner ${what}, the body is refused for now`, async () => {
        await using gateway = await start(scanners)
        const body = recognisableBody(IN_MEMORY)
        const { result, heard } = await protocol.download(gateway, body)
        assert.equal(result, 'refused for now')
        assert.ok(!anyPieceEscaped(heard, body))
      })

      test(`while a scanner ${what}, fail_open lets the body pass and logs it as unscanned`, async () => {
        await using gateway = await start(scanners, { [`${service}.fail_open`]: true })
        const { result } = await protocol.download(gateway, recognisableBody(IN_MEMORY))
        assert.equal(result, 'whole')
        assert.match(await gateway.line(service, 'access', /./), /DETECT-STAT:UNSCANNED:/)
      })
    }

    for (const { cause, key, detection, byDefault } of policyCauses) {
      test(`${cause}: ${byDefault} by default`, async () => {
        await using gateway = await start([scannerThatCannot(cause)])
        await expectPolicy(gateway, byDefault, detection)
      })
      const other = byDefault === 'blocked' ? 'passes' : 'blocked'
      test(`${cause}: ${other} with ${key}=${other === 'blocked' ? 'yes' : 'no'}`, async () => {
        await using gateway = await start([scannerThatCannot(cause)], { [`${service}.${key}`]: other === 'blocked' })
        await expectPolicy(gateway, other, detection)
      })
    }

    async function expectPolicy(
      gateway: TestGateway,
      expected: 'blocked' | 'passes',
      detection: string,
    ): Promise<void> {
      const { result } = await protocol.download(gateway, recognisableBody(IN_MEMORY))
      assert.equal(result, expected === 'blocked' ? 'refused' : 'whole')
      const line = await gateway.line(service, expected === 'blocked' ? 'detect' : 'access', /./)
      assert.match(line, expected === 'blocked' ? new RegExp(encodeURIComponent(detection)) : /DETECT-STAT:UNSCANNED:/)
    }
  })
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
