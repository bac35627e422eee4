/** What scanners said is remembered, and nothing else is. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type ClientRequest, get } from 'node:http'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  download,
  parseLogLine,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  temporaryFolder,
  until,
  type WebReply,
} from '@fsigk/testing'
import { countingScanner, Scans } from './counting-scanner.js'

const small = (text: string) => Buffer.from(`${text} ${'filling '.repeat(100)}`)
const large = (text: string) => Buffer.from(`${text} ${'filling '.repeat(200_000)}`)

function gzipped(body: Buffer): WebReply {
  return encoded(gzipSync(body))
}

/** Its end is missing: nobody can say what a reader makes of it. */
function cutOff(body: Buffer): WebReply {
  return encoded(gzipSync(body).subarray(0, -4))
}

function encoded(body: Buffer): WebReply {
  return (_, response) =>
    response.setHeader('Content-Encoding', 'gzip').setHeader('Content-Length', body.length).end(body)
}

const pages = {
  '/plain': small('plain plain'),
  '/large': large('plain large'),
  '/infected': small('find infected'),
  '/infected-large': large('find infected-large'),
  '/locked': small('locked locked'),
  '/broken': small('throw broken'),
  '/held': large('hold held'),
  '/left': small('hold left'),
  '/killed': large('hold killed'),
  '/coded': gzipped(small('plain coded')),
  '/coded-large': gzipped(Buffer.concat([small('plain coded-large '), randomBytes(200_000)])),
  '/coded-infected': gzipped(small('find coded-infected')),
  '/cut': cutOff(small('plain cut')),
  '/another': small('plain another'),
  '/named/good.exe': small('plain named'),
  '/named/good.bad': small('plain named'),
}

async function startCounting(
  judgesBy: 'bytes' | 'name' | 'moment' = 'bytes',
  settings: Readonly<Record<string, string | number | boolean>> = {},
) {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryFolder('scans'))
  const scans = new Scans(folder.path)
  const origin = resources.use(await startWebOrigin(pages))
  const gateway = resources.use(
    await startTestGateway({ scanners: [countingScanner(judgesBy)], env: scans.env, settings }),
  )
  const owned = resources.move()
  const fetch = async (path: string) => (await download(gateway, `${origin.url}${path}`)).status
  return { scans, origin, gateway, fetch, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Asks for a body and does not wait for it. */
function begin(gateway: TestGateway, url: string): ClientRequest {
  const request = get({ ...gateway.http, path: url, agent: false, headers: { Host: new URL(url).host } })
  request.on('error', () => {})
  return request
}

/** The processes that have served, as access.log tells. */
async function servedBy(gateway: TestGateway): Promise<ReadonlySet<string>> {
  const log = await gateway.log('http', 'access')
  return new Set([...log.matchAll(/PROXY-STAT:http:\d+:(\d+):/g)].map(([, pid = '']) => pid))
}

describe('HTTP: verdicts are remembered', () => {
  test('the same bytes are scanned once, whichever worker serves them, clean or infected, small or large [HTTP-38]', async () => {
    await using all = await startCounting('bytes', { 'http.workers': 2 })
    const { fetch, gateway, scans } = all
    let rounds = 0
    await until('both workers have served', async () => {
      // At once, since one after the other may all be accepted by one worker.
      const again = Array.from({ length: rounds === 0 ? 1 : 8 }, () => [
        '/plain',
        '/large',
        '/infected',
        '/infected-large',
      ])
      const statuses = await Promise.all(again.flat().map(fetch))
      assert.deepEqual(new Set(statuses), new Set([200, 403]))
      rounds += 1
      return rounds > 1 && (await servedBy(gateway)).size === 2
    })
    for (const name of ['plain', 'large', 'infected', 'infected-large'])
      assert.equal((await scans.of(name)).length, 1, name)
    const line = (await gateway.log('http', 'detect')).trim().split('\n').at(-1) ?? ''
    assert.equal(
      parseLogLine(line).detection.name,
      'Test/Counted',
      'who was blocked by what was remembered is told why all the same',
    )
    await until('the figures are told', async () => {
      const { hits = 0, misses, entries } = (await gateway.status()).verdictCache ?? {}
      return hits >= 4 && misses === 4 && entries === 4
    })
    assert.match(
      (await gateway.cli('status')).stdout,
      /VERDICTS REMEMBERED +BYTES +HITS +WAITS +MISSES\n4 +\d+ of \d+ /,
    )
  })

  test('what was not looked into whole, and what failed, is asked about each time [HTTP-38]', async () => {
    await using all = await startCounting('bytes', { 'http.block_encrypted': true })
    const { fetch, scans } = all
    for (const times of [1, 2, 3]) {
      assert.equal(await fetch('/locked'), 403)
      assert.equal(await fetch('/broken'), 503)
      assert.equal((await scans.of('locked')).length, times)
      assert.equal((await scans.of('broken')).length, times)
    }
  })

  test('under new definitions, other settings of the scanner, or after SIGHUP, bytes are scanned again [HTTP-38]', async () => {
    await using all = await startCounting()
    const { fetch, gateway, scans } = all
    const scanned = async () => {
      assert.equal(await fetch('/plain'), 200)
      assert.equal(await fetch('/plain'), 200)
      return (await scans.of('plain')).length
    }
    assert.equal(await scanned(), 1)
    await scans.define('second')
    assert.equal(await scanned(), 1, 'nobody has told the gateway yet')
    await fetch('/another')
    assert.equal(await scanned(), 2, 'a scan brought the news')
    await gateway.set({ 'scanner_counting.strict': true })
    assert.equal(await scanned(), 3)
    await gateway.set({ 'http.quarantine': true })
    assert.equal(await scanned(), 3, 'that is no setting of the scanner')
    const entries = async () => (await gateway.status()).verdictCache?.entries
    await until('the worker tells what it remembers', async () => (await entries()) !== 0)
    gateway.process.kill('SIGHUP')
    await until('all is forgotten', async () => (await entries()) === 0)
    assert.equal(await scanned(), 4)
    await gateway.set({ 'common.verdict_cache': false })
    assert.equal(await scanned(), 6, 'nothing is remembered')
  })

  test('a scanner that looks at names is asked for each name, and one that looks at more each time [HTTP-38]', async () => {
    await using byName = await startCounting('name')
    for (const _ of [1, 2])
      assert.deepEqual([await byName.fetch('/named/good.exe'), await byName.fetch('/named/good.bad')], [200, 403])
    assert.deepEqual(
      (await byName.scans.of('named')).map(({ file }) => file),
      ['good.exe', 'good.bad'],
    )
    await using byMoment = await startCounting('moment')
    for (const _ of [1, 2]) assert.equal(await byMoment.fetch('/plain'), 200)
    assert.equal((await byMoment.scans.of('plain')).length, 2)
  })
})

describe('HTTP: verdicts on coded bodies are remembered', () => {
  test('each form of a body is scanned once, and a body that is not whole is judged anew each time [HTTP-38]', async () => {
    await using all = await startCounting()
    const { fetch, gateway, scans } = all
    for (const _ of [1, 2, 3])
      assert.deepEqual(
        [await fetch('/coded'), await fetch('/coded-large'), await fetch('/coded-infected'), await fetch('/cut')],
        [200, 200, 403, 403],
      )
    for (const name of ['coded', 'coded-large', 'coded-infected', 'cut'])
      assert.equal((await scans.of(name)).length, 1, name)
    await until('all is logged', async () => (await gateway.log('http', 'access')).split('\n').length > 12)
    const checks = (await gateway.log('http', 'access'))
      .trim()
      .split('\n')
      .map((line) => parseLogLine(line))
    const of = (url: string) => checks.filter((line) => line.url.endsWith(url)).map(({ proxy }) => proxy.checks)
    assert.deepEqual(
      [of('/coded'), of('/coded-large'), of('/coded-infected')],
      [
        [1, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
      ],
    )
    assert.deepEqual(of('/cut'), [1, 1, 1])
    await gateway.set({ 'http.block_undecodable': false })
    assert.equal(await fetch('/cut'), 200)
    await gateway.line('http', 'access', /\/cut .* DETECT-STAT:UNSCANNED/)
  })
})

describe('HTTP: what is being scanned is waited for', () => {
  test('twenty who want the same bytes at once have them scanned once [HTTP-38]', async () => {
    await using all = await startCounting('bytes', { 'http.workers': 2 })
    const { fetch, origin, scans } = all
    const answers = Promise.all(Array.from({ length: 20 }, () => fetch('/held')))
    await until('all have asked', async () => origin.requests.length === 20)
    await scans.begun('held', 1)
    await scans.release()
    assert.deepEqual(new Set(await answers), new Set([200]))
    assert.equal((await scans.of('held')).length, 1)
  })

  test('when the one who has it scanned leaves, the next one scans, and all others have their answer [HTTP-38]', async () => {
    await using all = await startCounting()
    const { fetch, gateway, origin, scans } = all
    const first = begin(gateway, `${origin.url}/left`)
    await scans.begun('left', 1)
    const others = Promise.all([fetch('/left'), fetch('/left'), fetch('/left')])
    await until('they have asked', async () => origin.requests.length === 4)
    first.destroy()
    await scans.begun('left', 2)
    await scans.release()
    assert.deepEqual(await others, [200, 200, 200])
    assert.equal((await scans.of('left')).length, 2)
  })

  test('when the worker that scans dies, another one does [HTTP-38]', async () => {
    await using all = await startCounting('bytes', { 'http.workers': 2 })
    const { gateway, origin, scans } = all
    const requests = Array.from({ length: 24 }, () => begin(gateway, `${origin.url}/killed`))
    const outcomes = requests.map(
      (request) =>
        new Promise<number>((resolve) => {
          request.on('response', (response) => resolve(response.resume().statusCode ?? 0))
          request.on('error', () => resolve(0))
        }),
    )
    await until('all have asked', async () => origin.requests.length === 24)
    await scans.begun('killed', 1)
    const [scanning] = await scans.of('killed')
    assert.ok(scanning !== undefined)
    process.kill(scanning.pid, 'SIGKILL')
    await scans.begun('killed', 2)
    await scans.release()
    const answered = await Promise.all(outcomes)
    assert.ok(answered.includes(200), 'those of the other worker')
    const [, next] = await scans.of('killed')
    assert.notEqual(next?.pid, scanning.pid)
    assert.equal((await scans.of('killed')).length, 2)
  })
})
