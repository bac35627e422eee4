/** Bodies far larger than what a worker may hold in memory (guide 11.1), however they are released. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { startTestGateway, startWebOrigin, type TestGateway } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { until } from '../logs/waiting.js'

const MEGABYTE = 1024 ** 2
const BODY_MEGABYTES = 200
const PART = Buffer.alloc(MEGABYTE, 'nothing of interest, and much of it\n')

/** What a large body may cost: garbage that a busy machine has not collected yet, but not its size. */
const MEMORY_MEGABYTES = 120

/** The most memory that a process has had since it was asked to count anew. */
async function peakMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

/** @returns how much the memory of the worker grew at most meanwhile */
async function growth(gateway: TestGateway, work: () => Promise<void>): Promise<number> {
  const [pid = 0] = await gateway.workers('http')
  await writeFile(`/proc/${pid}/clear_refs`, '5')
  const before = await peakMegabytes(pid)
  await work()
  return (await peakMegabytes(pid)) - before
}

/** A body that the server makes as it is taken; after its first part it waits until it is told to go on. */
async function startLargeOrigin() {
  const going = Promise.withResolvers<void>()
  const origin = await startWebOrigin({
    // As much as lets the memory of a worker grow to what it works with, whatever the size of a body.
    '/usual': Buffer.concat(new Array<Buffer>(20).fill(PART)),
    '/large': async (_request, response) => {
      response.setHeader('Content-Type', 'application/octet-stream')
      for (let sent = 0; sent < BODY_MEGABYTES; sent++) {
        if (!response.write(PART)) await new Promise((resolve) => response.once('drain', resolve))
        if (sent === 0) await going.promise
      }
      response.end()
    },
  })
  return Object.assign(origin, { goOn: () => going.resolve() })
}

/** Fetches without keeping anything, and tells how much it was. */
async function size(gateway: TestGateway, url: string, ...more: readonly string[]): Promise<number> {
  const { code, stderr } = await curl(gateway, ...more, '-o', '/dev/null', '-w', '%{stderr}%{size_download}', url)
  assert.equal(code, 0, stderr)
  return Number(stderr)
}

describe(`a body of ${BODY_MEGABYTES} MB is scanned without being held in memory`, () => {
  test('while a little of it trickles [SCAN-12]', async () => {
    await using gateway = await startTestGateway({
      settings: { 'http.trickle': true, 'http.trickle_delay': 1, 'http.trickle_interval': 1 },
    })
    await using origin = await startLargeOrigin()
    await size(gateway, `${origin.url}/usual`)
    const grew = await growth(gateway, async () => {
      setTimeout(origin.goOn, 2_000)
      assert.equal(await size(gateway, `${origin.url}/large`), BODY_MEGABYTES * MEGABYTE)
    })
    assert.ok(grew < MEMORY_MEGABYTES, `${grew} MB`)
    assert.match(await gateway.line('http', 'access', '/large'), /DETECT-STAT:CLEAN:.*:1:1:\d+:: .*TRICKLE:/)
  })

  test('while a browser waits at its progress page, and when it fetches the file [SCAN-12]', async () => {
    await using gateway = await startTestGateway({
      settings: { 'http.progress': true, 'http.progress_delay': 1 },
    })
    await using origin = await startLargeOrigin()
    const browser = ['-A', 'Mozilla/5.0', '-H', 'Accept: text/html']
    await size(gateway, `${origin.url}/usual`)
    const grew = await growth(gateway, async () => {
      const shown = await curl(gateway, ...browser, `${origin.url}/large`)
      const page = `${origin.url}${/^Refresh: \d+; url=(\S+)/m.exec(shown.headers)?.[1] ?? assert.fail(shown.headers)}`
      origin.goOn()
      const link = await until('the file is ready', async () => {
        const { body } = await curl(gateway, ...browser, page)
        return /href="([^"]+)"/.exec(body.toString())?.[1]
      })
      assert.equal(await size(gateway, `${origin.url}${link}`, ...browser), BODY_MEGABYTES * MEGABYTE)
    })
    assert.ok(grew < MEMORY_MEGABYTES, `${grew} MB`)
  })
})
