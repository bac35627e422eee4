import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  type parseLogLine,
  scannerThatFindsNothing,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  temporaryFolder,
  type WebOrigin,
} from '@fsigk/testing'
import { startClamd } from '../../peers/clamd.js'
import { type CurlResult, curl } from '../../peers/curl.js'
import { scannerThatObeys } from '../../peers/obedient-scanner.js'
import { EICAR } from '../../peers/samples.js'

/** What is refused for now: the client may ask again, and the log tells why. */
function assertRefusedForNow(answer: CurlResult, line: ReturnType<typeof parseLogLine>, word: string): void {
  assert.equal(answer.status, 503)
  assert.match(answer.headers, /^retry-after: 30$/im)
  assert.match(answer.headers, /^content-type: text\/html/im)
  assert.deepEqual(
    [line.detection.result, line.detection.name, line.action, line.status, line.proxy.details],
    ['UNSCANNED', '', 'DEFER', 503, [word]],
  )
  assert.notEqual(line.error, '')
}

/** What policy calls a detection meets the client like a virus. */
function assertDetected(answer: CurlResult, line: ReturnType<typeof parseLogLine>, name: string, word: string): void {
  assert.equal(answer.status, 403)
  assert.ok(answer.body.toString().includes(name), `the page does not name ${name}`)
  assert.doesNotMatch(answer.headers, /^retry-after/im)
  assert.deepEqual(
    [line.detection.result, line.detection.name, line.action, line.status, line.proxy.details],
    ['INFECTED', name, 'DELETE', 403, [word]],
  )
}

function assertPassed(answer: CurlResult, body: string, line: ReturnType<typeof parseLogLine>, word: string): void {
  assert.deepEqual([answer.status, answer.body.toString()], [200, body])
  assert.deepEqual(
    [line.detection.result, line.detection.name, line.action, line.status, line.proxy.details],
    ['UNSCANNED', '', 'NONE', 200, [word]],
  )
}

describe('HTTP: what could not be scanned, cause by cause', () => {
  /** What the content has the scanner do, the word in the log, and the setting that refuses when it is `refusing`. */
  const rows = [
    { says: 'cannot engine-down', word: 'VSD_DOWN', refuses: 'fail_open', refusing: false, detection: '' },
    { says: 'throw', word: 'VSD_ERROR', refuses: 'fail_open', refusing: false, detection: '' },
    { says: 'nonsense', word: 'VSD_ERROR', refuses: 'fail_open', refusing: false, detection: '' },
    { says: 'cannot no-space', word: 'TMPDIR_FULL', refuses: 'fail_open', refusing: false, detection: '' },
    { says: 'hang', word: 'VSD_SCANTIMEOUT', refuses: 'block_scantimeout', refusing: true, detection: 'SCANTIMEOUT' },
    {
      says: 'cannot max-nested',
      word: 'VSD_MAXNESTED',
      refuses: 'block_maxnested',
      refusing: true,
      detection: 'MAXNESTED',
    },
    {
      says: 'cannot encrypted',
      word: 'VSD_ENCRYPTED',
      refuses: 'block_encrypted',
      refusing: true,
      detection: 'ENCRYPTED',
    },
    {
      says: 'cannot undecodable',
      word: 'VSD_UNDECODABLE',
      refuses: 'block_undecodable',
      refusing: true,
      detection: 'UNDECODABLE',
    },
  ] as const
  const passByDefault = ['cannot encrypted']
  let gateway: TestGateway
  let origin: WebOrigin

  before(async () => {
    gateway = await startTestGateway({ scanners: [scannerThatObeys], settings: { 'http.vsd_scantimeout': 1 } })
    origin = await startWebOrigin(Object.fromEntries(rows.map(({ says }, at) => [`/${at}`, says])))
  })
  after(async () => {
    await gateway?.[Symbol.asyncDispose]()
    await origin?.[Symbol.asyncDispose]()
  })

  for (const [at, { says, word, refuses, refusing, detection }] of rows.entries()) {
    const ask = async (when: string) => {
      const answer = await curl(gateway, `${origin.url}/${at}?${when}`)
      return { answer, line: await gateway.accessLine(`/${at}?${when}`) }
    }
    const assertRefused = ({ answer, line }: Awaited<ReturnType<typeof ask>>) => {
      if (detection === '') assertRefusedForNow(answer, line, word)
      else assertDetected(answer, line, `FSIGK/POLICY_BLOCK_${detection}`, word)
    }
    const closedByDefault = !passByDefault.includes(says)

    test(`'${says}': ${closedByDefault ? 'refused' : 'passes'} by default, ${word} in the log, and ${refuses} says otherwise [SCAN-09]${says === 'hang' ? ' [HTTP-18]' : ''}`, async () => {
      const first = await ask('default')
      if (closedByDefault) assertRefused(first)
      else assertPassed(first.answer, says, first.line, word)

      await gateway.set({ [`http.${refuses}`]: closedByDefault ? !refusing : refusing })
      const second = await ask('switched')
      if (closedByDefault) assertPassed(second.answer, says, second.line, word)
      else assertRefused(second)

      await gateway.set({ [`http.${refuses}`]: closedByDefault ? refusing : !refusing })
      const third = await ask('again')
      if (closedByDefault) assertRefused(third)
      else assertPassed(third.answer, says, third.line, word)
    })
  }

  test('vsd_scantimeout=0: a scan may take as long as it takes, which the log tells [HTTP-18, LOG-01]', async () => {
    await using server = await startWebOrigin({ '/slow': 'wait 1500' })
    assert.equal((await curl(gateway, `${server.url}/slow`)).status, 403)
    await gateway.set({ 'http.vsd_scantimeout': 0 })
    const answer = await curl(gateway, `${server.url}/slow?unlimited`)
    assert.deepEqual([answer.status, answer.body.toString()], [200, 'wait 1500'])
    const line = await gateway.accessLine('/slow?unlimited')
    assert.equal(line.detection.result, 'CLEAN')
    assert.ok(line.proxy.checkMs >= 1_400, `${line.proxy.checkMs} ms`)
    assert.ok(line.elapsedMs >= line.proxy.checkMs, `${line.elapsedMs} ms`)
  })

  test('larger than allowed is a detection; beyond pass_filesize_len is not looked at, and both by setting alone [SCAN-09]', async () => {
    const body = 'x'.repeat(2000)
    await using server = await startWebOrigin({ '/': body })
    await gateway.set({ 'http.block_filesize_len': 1000, 'http.pass_filesize_len': 1000 })
    const ask = async (when: string) =>
      [await curl(gateway, `${server.url}/?${when}`), await gateway.accessLine(`${server.url}/?${when}`)] as const
    const [, unlimited] = await ask('default')
    assert.equal(unlimited.detection.result, 'CLEAN')
    await gateway.set({ 'http.pass_filesize': true })
    const [passed, line] = await ask('passing')
    assertPassed(passed, body, line, 'OVER_FILESIZE')
    await gateway.set({ 'http.pass_filesize': false, 'http.block_filesize': true })
    assertDetected(...(await ask('blocking')), 'FSIGK/POLICY_BLOCK_FILESIZE', 'OVER_BLOCK_FILESIZE')
  })
})

describe('HTTP: causes as they come', () => {
  test('no clamd, one of two engines down, no engine at all: 503, and what another engine finds is still found [SCAN-09]', async () => {
    await using gateway = await startTestGateway({
      settings: { 'plugins.scanners': 'scanner-clamav', 'scanner_clamav.servers': '/nonexistent/clamd.sock' },
    })
    await using origin = await startWebOrigin({ '/': 'body', '/eicar': EICAR })
    const ask = async (path: string) =>
      [await curl(gateway, origin.url + path), await gateway.accessLine(path)] as const
    assertRefusedForNow(...(await ask('/?shut')), 'VSD_DOWN')
    await gateway.set({ 'http.fail_open': true })
    const [passed, line] = await ask('/?open')
    assertPassed(passed, 'body', line, 'VSD_DOWN')
    await gateway.set({ 'http.fail_open': false, 'plugins.scanners': 'scanner-signatures,scanner-clamav' })
    assertRefusedForNow(...(await ask('/?one')), 'VSD_DOWN')
    const [infected, found] = await ask('/eicar')
    assert.equal(infected.status, 403)
    assert.deepEqual([found.detection.result, found.proxy.details], ['INFECTED', ['VSD_DOWN']])
    await gateway.set({ 'plugins.scanners': '' })
    assertRefusedForNow(...(await ask('/?none')), 'VSD_DOWN')
  })

  test('the spool is full: 503, what fits is scanned, and room that comes back is used without a restart [SCAN-09]', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('mounting a small file system needs root')
    await using folder = await temporaryFolder()
    const small = join(folder.path, 'small')
    await mkdir(small, { mode: 0o700 })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m,mode=0700', 'none', small])
    try {
      await using gateway = await startTestGateway({
        scanners: [scannerThatFindsNothing],
        settings: { 'common.tmpdir': small },
      })
      const large = 'x'.repeat(8_000_000)
      await using origin = await startWebOrigin({ '/large': large, '/small': 'body' })
      assertRefusedForNow(
        await curl(gateway, `${origin.url}/large?shut`),
        await gateway.accessLine('/large?shut'),
        'TMPDIR_FULL',
      )
      assert.match(await gateway.line('http', 'error', 'small/proxytmp-'), /No space left on device/)
      assert.equal((await curl(gateway, `${origin.url}/small`)).body.toString(), 'body')
      assert.equal((await gateway.accessLine('/small')).detection.result, 'CLEAN')
      await gateway.set({ 'http.fail_open': true })
      assertPassed(
        await curl(gateway, `${origin.url}/large?open`),
        large,
        await gateway.accessLine('/large?open'),
        'TMPDIR_FULL',
      )
      await gateway.set({ 'http.fail_open': false })
      execFileSync('mount', ['-o', 'remount,size=32m', small])
      assert.equal((await curl(gateway, `${origin.url}/large?room`)).status, 200)
      assert.equal((await gateway.accessLine('/large?room')).detection.result, 'CLEAN')
    } finally {
      execFileSync('umount', [small])
    }
  })

  test("clamd's own words: nested too deep, encrypted, beyond its size [SCAN-09]", async () => {
    await using clamd = await startClamd({ AlertEncryptedArchive: 'yes', MaxFileSize: '1M', StreamMaxLength: '2M' })
    await using gateway = await startTestGateway({
      settings: {
        'plugins.scanners': 'scanner-clamav',
        'scanner_clamav.servers': clamd.socket,
        'scanner_clamav.max_filesize': 1_048_576,
        'http.block_encrypted': true,
      },
    })
    await using origin = await startWebOrigin({
      '/deep.gz': nested(40),
      '/locked.zip': encryptedZip(),
      '/large': Buffer.alloc(1_500_000),
      '/clean': 'clean',
    })
    for (const [path, detection, word] of [
      ['/deep.gz', 'MAXNESTED', 'VSD_MAXNESTED'],
      ['/locked.zip', 'ENCRYPTED', 'VSD_ENCRYPTED'],
      ['/large', 'UNDECODABLE', 'VSD_UNDECODABLE'],
    ] as const)
      assertDetected(
        await curl(gateway, origin.url + path),
        await gateway.accessLine(path),
        `FSIGK/POLICY_BLOCK_${detection}`,
        word,
      )
    assert.equal((await curl(gateway, `${origin.url}/clean`)).body.toString(), 'clean')
  })
})

function nested(levels: number): Buffer {
  let bytes: Buffer = Buffer.from('nothing')
  for (let level = 0; level < levels; level++) bytes = gzipSync(bytes, { level: 0 })
  return bytes
}

/** A ZIP whose one member says that it is encrypted (APPNOTE 4.4.4, bit 0). */
function encryptedZip(): Buffer {
  const name = Buffer.from('secret.txt')
  const data = Buffer.alloc(32, 0xa5)
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(1, 2)
  common.writeUInt32LE(0x12345678, 10)
  common.writeUInt32LE(data.length, 14)
  common.writeUInt32LE(data.length - 12, 18)
  common.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data])
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), name])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}
