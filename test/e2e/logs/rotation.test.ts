/** Rotation by the real logrotate with the sample of conf/ (guide 9.2), under load. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { parseLogLine, RawClient, startTestGateway, startWebOrigin, type TestGateway } from '@fsigk/testing'
import { textOf, until } from './waiting.js'

const run = promisify(execFile)
const CONF = fileURLToPath(new URL('../../../../conf/', import.meta.url))
const ROTATIONS = 4

/** A sample for this home. */
async function sampleFor(gateway: TestGateway, name: string): Promise<string> {
  const config = join(gateway.home, 'logrotate.conf')
  await writeFile(config, (await readFile(join(CONF, name), 'utf8')).replaceAll('/opt/fsigk', gateway.home), {
    mode: 0o600,
  })
  return config
}

async function rotate(gateway: TestGateway, config: string): Promise<void> {
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` }
  await run('logrotate', ['-f', '-s', join(gateway.home, 'logrotate.state'), config], { env })
}

/** Asks on, over kept connections, until told to stop, or the test is over. */
function load(gateway: TestGateway, url: string): { stop(): Promise<number> } & Disposable {
  let going = true
  let asked = 0
  const clients = Array.from({ length: 4 }, async () => {
    using client = await RawClient.to(gateway.http)
    let heard = 0
    while (going) {
      const number = asked++
      client.send(`GET ${url}?${number}. HTTP/1.1\r\nHost: x\r\n\r\n`)
      await client.until((text) => text.indexOf('the-body', heard) !== -1)
      heard = client.received.length
    }
    client.socket.end()
    await once(client.socket, 'close')
  })
  for (const client of clients) client.catch(() => {})
  return {
    [Symbol.dispose]() {
      going = false
    },
    async stop() {
      going = false
      await Promise.all(clients)
      return asked
    },
  }
}

/** All lines of a log and of what was rotated away, in no order. */
async function linesOf(gateway: TestGateway, name: string): Promise<readonly string[]> {
  const folder = join(gateway.home, 'log/http')
  const files = (await readdir(folder)).filter((file) => file === name || file.startsWith(`${name}.`))
  const texts = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(join(folder, file))
      return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')
    }),
  )
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
}

/** The numbers that the URLs of lines carry, in order. */
function numbersOf(lines: readonly string[]): readonly number[] {
  return lines.map((line) => Number(/\/x\?(\d+)\. /.exec(line.replaceAll('"', ' '))?.[1])).sort((a, b) => a - b)
}

describe('rotation', () => {
  test('logrotate with the sample loses no line of files, commands and JSON files under load [LOG-05]', async () => {
    await using origin = await startWebOrigin({ '/x': 'the-body' })
    await using gateway = await startTestGateway({
      settings: {
        'http.workers': 2,
        'http.info_log': '|tee -a log/http/info.log',
        'plugins.log_sinks': 'log-json',
        'log_json.logs': 'access',
      },
    })
    const config = await sampleFor(gateway, 'logrotate.fsigk')
    using traffic = load(gateway, `${origin.url}/x`)
    for (let round = 1; round <= ROTATIONS; round += 1) {
      // So that there is something to rotate each time, and nobody still writes to what is compressed by the next rotation.
      await until('new lines', async () => ((await gateway.log('http', 'access')).length > 2000 ? true : undefined))
      await until('new JSON lines', async () => (await textOf(gateway, 'log/http/access.json')) !== '' || undefined)
      await rotate(gateway, config)
    }
    await until('lines in the newest file', async () => (await gateway.log('http', 'access')) !== '' || undefined)
    const asked = await traffic.stop()
    await gateway.stop()
    const access = await linesOf(gateway, 'access.log')
    for (const line of access) parseLogLine(line)
    assert.deepEqual(
      numbersOf(access),
      Array.from({ length: asked }, (_, at) => at),
    )
    assert.deepEqual(
      numbersOf(await linesOf(gateway, 'access.json')),
      Array.from({ length: asked }, (_, at) => at),
    )
    const info = (await linesOf(gateway, 'info.log')).filter((line) => /### (START|STOP) ###/.test(line))
    assert.equal(info.length, 2)
    const names = await readdir(join(gateway.home, 'log/http'))
    for (const name of ['access.log.1', 'access.log.2.gz', 'access.json.1', 'access.json.2.gz'])
      assert.ok(names.includes(name), `${name} of ${names}`)
    assert.ok((await stat(join(gateway.home, 'log/http/access.log'))).size > 0)
  })

  test('copytruncate with the other sample loses no line either, and leaves no hole [LOG-05]', async () => {
    await using origin = await startWebOrigin({ '/x': 'the-body' })
    await using gateway = await startTestGateway({
      settings: { 'http.workers': 2, 'http.info_log': '|tee -a log/http/info.log' },
    })
    const config = await sampleFor(gateway, 'logrotate-copytruncate.fsigk')
    const { ino } = await stat(join(gateway.home, 'log/http/access.log'))
    using traffic = load(gateway, `${origin.url}/x`)
    for (let round = 1; round <= 2; round += 1) {
      await until('new lines', async () => ((await gateway.log('http', 'access')).length > 2000 ? true : undefined))
      await rotate(gateway, config)
    }
    const asked = await traffic.stop()
    await gateway.stop()
    const access = await linesOf(gateway, 'access.log')
    for (const line of access) parseLogLine(line)
    assert.deepEqual(
      numbersOf(access),
      Array.from({ length: asked }, (_, at) => at),
    )
    const names = await readdir(join(gateway.home, 'log/http'))
    for (const name of ['access.log.1.gz', 'access.log.2.gz']) assert.ok(names.includes(name), `${name} of ${names}`)
    assert.equal((await stat(join(gateway.home, 'log/http/access.log'))).ino, ino)
    const info = (await linesOf(gateway, 'info.log')).filter((line) => /### (START|STOP) ###/.test(line))
    assert.equal(info.length, 2)
  })
})
