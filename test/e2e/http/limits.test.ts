import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  exchange,
  RawClient,
  recognisableBody,
  scannerThatFindsNothing,
  scannerThatHangs,
  startTestGateway,
  startWebOrigin,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'

describe('HTTP: limits', () => {
  test('pass_filesize: the rest flows as it comes, while the server still sends [HTTP-16]', async () => {
    await using gateway = await startTestGateway({
      settings: { 'http.pass_filesize': true, 'http.pass_filesize_len': 100_000 },
    })
    let finish: () => void = () => {}
    await using origin = await startWebOrigin({
      '/big': (_request, response) => {
        response.setHeader('Content-Length', 150_000).write(Buffer.alloc(120_000, 'a'))
        finish = () => response.end(Buffer.alloc(30_000, 'b'))
      },
    })
    using client = await RawClient.to(gateway.http)
    client.send(`GET ${origin.url}/big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    const heard = await client.until((text) => text.length > 110_000)
    assert.doesNotMatch(heard, /b{100}/)
    finish()
    assert.match(await client.untilClosed(), /b{30000}$/)
    const line = await gateway.accessLine('/big')
    assert.deepEqual([line.detection.result, line.proxy.details], ['UNSCANNED', ['OVER_FILESIZE']])
  })

  test('pass_filesize: a virus in the first part is still stopped, and a small file is scanned whole [HTTP-16]', async () => {
    await using gateway = await startTestGateway({
      settings: { 'http.pass_filesize': true, 'http.pass_filesize_len': 1000 },
    })
    await using origin = await startWebOrigin({
      '/small': EICAR,
      '/chunked': (_request, response) => void response.write(EICAR, () => response.end()),
      '/clean': 'clean',
      '/exact': Buffer.alloc(1000, 'a'),
      '/over': Buffer.alloc(1001, 'a'),
    })
    for (const path of ['/small', '/chunked']) assert.equal((await curl(gateway, `${origin.url}${path}`)).status, 403)
    assert.equal((await curl(gateway, `${origin.url}/clean`)).body.toString(), 'clean')
    const told = async (path: string) => {
      assert.equal((await curl(gateway, `${origin.url}${path}`)).status, 200)
      const { detection, proxy } = await gateway.accessLine(path)
      return [detection.result, ...proxy.details]
    }
    assert.equal((await gateway.accessLine('/clean')).detection.result, 'CLEAN')
    assert.deepEqual(await told('/exact'), ['CLEAN'])
    assert.deepEqual(await told('/over'), ['UNSCANNED', 'OVER_FILESIZE'])
    await gateway.set({ 'http.pass_filesize': false })
    assert.deepEqual(await told('/over?off'), ['CLEAN'])
  })

  test('vsd_scantimeout: the scan ends, and block_scantimeout says what then [HTTP-18]', async () => {
    await using gateway = await startTestGateway({
      scanners: [scannerThatHangs],
      settings: { 'http.vsd_scantimeout': 1 },
    })
    await using origin = await startWebOrigin({ '/slow': 'body' })
    const blocked = await curl(gateway, `${origin.url}/slow`)
    assert.equal(blocked.status, 403)
    assert.match(blocked.body.toString(), /FSIGK\/POLICY_BLOCK_SCANTIMEOUT/)
    await gateway.set({ 'http.block_scantimeout': false })
    const passed = await curl(gateway, `${origin.url}/slow?again`)
    assert.equal(passed.body.toString(), 'body')
    const line = await gateway.accessLine('/slow?again')
    assert.deepEqual([line.detection.result, line.proxy.details], ['UNSCANNED', ['VSD_SCANTIMEOUT']])
    assert.equal((await gateway.cli('config', 'get', 'http.vsd_scantimeout')).stdout.trim(), '1')
    await gateway.cli('config', 'unset', 'http.vsd_scantimeout')
    assert.equal((await gateway.cli('config', 'get', 'http.vsd_scantimeout')).stdout.trim(), '90')
  })

  test('pre_spawn bounds the connections over all workers; further ones wait and are served [HTTP-12]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.pre_spawn': 4, 'http.workers': 2 } })
    await using origin = await startWebOrigin({ '/': 'served' })
    const request = `GET ${origin.url}/ HTTP/1.1\r\nHost: x\r\n\r\n`
    const clients = await Promise.all(Array.from({ length: 7 }, () => RawClient.to(gateway.http)))
    try {
      for (const client of clients) client.send(request)
      const served = () => clients.filter((client) => client.received.toString().endsWith('served'))
      await gateway.line(
        'http',
        'error',
        /###ERROR### Maximum connections: warning: Client connections reached maximum connections \(4\)/,
      )
      const servedBy = async (count: number) => {
        while (served().length < count) await delay(20)
      }
      await servedBy(4)
      // A fifth would be served within milliseconds if there were room for it.
      await delay(300)
      assert.equal(served().length, 4)
      for (const client of served()) client.socket.destroy()
      await servedBy(7)
      assert.equal(served().length, 7)
      const warnings = (await gateway.log('http', 'error')).match(/reached maximum connections \(4\)/g)
      assert.equal(warnings?.length, 1, 'once a period, however often it is reached')
      const slots = (await gateway.log('http', 'access'))
        .trim()
        .split('\n')
        .map((line) => Number(/PROXY-STAT:http:(\d+):/.exec(line)?.[1]))
      assert.ok(
        slots.every((slot) => slot >= 0 && slot < 4),
        `slots ${slots}`,
      )
    } finally {
      for (const client of clients) client[Symbol.dispose]()
    }
  })

  test('a body of 300 MB is scanned and passes without being held in memory [SCAN-12]', async () => {
    await using gateway = await startTestGateway({ scanners: [scannerThatFindsNothing] })
    const piece = recognisableBody(1_000_000)
    const pieces = 300
    await using origin = await startWebOrigin({
      '/huge': (_request, response) => {
        let sent = 0
        const more = (): void => {
          while (sent < pieces) {
            sent += 1
            if (!response.write(piece)) return void response.once('drain', more)
          }
          response.end()
        }
        more()
      },
    })
    const before = treeMemory(gateway.process.pid ?? 0)
    const expected = createHash('sha256')
    for (let at = 0; at < pieces; at += 1) expected.update(piece)
    const sum = createHash('sha256')
    using client = await RawClient.to(gateway.http)
    let bytes = 0
    client.socket.removeAllListeners('data')
    client.send(`GET ${origin.url}/huge HTTP/1.0\r\n\r\n`)
    let head = Buffer.alloc(0)
    let peak = 0
    for await (const chunk of client.socket) {
      let body = chunk as Buffer
      if (bytes === 0 && head.indexOf('\r\n\r\n') === -1) {
        head = Buffer.concat([head, body])
        const end = head.indexOf('\r\n\r\n')
        if (end === -1) continue
        body = head.subarray(end + 4)
      }
      bytes += body.length
      sum.update(body)
      if (bytes % 20 === 0) peak = Math.max(peak, treeMemory(gateway.process.pid ?? 0))
    }
    assert.equal(bytes, pieces * piece.length)
    assert.equal(sum.digest('hex'), expected.digest('hex'))
    const grown = Math.max(peak, treeMemory(gateway.process.pid ?? 0)) - before
    assert.ok(grown < 160_000_000, `memory grew by ${grown} bytes`)
    assert.equal(readdirSync(`${gateway.home}/tmp`).length, 0)
  })

  test('whoever reads no answer is not asked for further requests', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({
      '/head': (_request, response) => response.setHeader('X-Long', 'h'.repeat(8000)).end(),
    })
    const long = `X-Long: ${'x'.repeat(8000)}\r\n`
    for (const request of [
      `TRACE http://a/ HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n${long}\r\n`,
      `HEAD ${origin.url}/head HTTP/1.1\r\nHost: a\r\n${long}\r\n`,
    ]) {
      using client = await RawClient.to(gateway.http)
      client.socket.pause()
      // The kernel's buffers take a few megabytes each way; the gateway must not take the rest.
      let taken = 0
      while (taken < 40_000_000) {
        const room = new Promise<boolean>((resolve) => client.socket.write(request.repeat(32), () => resolve(true)))
        if (!(await Promise.race([room, delay(1000, false)]))) break
        taken += request.length * 32
      }
      assert.ok(taken < 30_000_000, `${taken} bytes of requests were taken`)
    }
  })

  test('a request head without an end is bounded', async () => {
    await using gateway = await startTestGateway()
    const heard = await exchange(gateway.http, `GET http://x/ HTTP/1.1\r\nX-Long: ${'a'.repeat(2_000_000)}`)
    assert.match(heard, /^HTTP\/1\.1 4\d\d /)
  })
})

/** Resident bytes of a process and of all that it started. */
function treeMemory(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(resident?.[1] ?? 0) * 1024 + children.reduce((sum, child) => sum + treeMemory(Number(child)), 0)
}
