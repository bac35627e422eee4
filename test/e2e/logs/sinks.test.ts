/** Log sinks as plugins: syslog and JSON lines, and what a sink that misbehaves does to the gateway (nothing). */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rename, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openAdministration } from '@fsigk/host'
import {
  installPlugin,
  type PluginPackage,
  parseLogLine,
  startTestGateway,
  startWebOrigin,
  temporaryFolder,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { startRsyslog } from '../../peers/rsyslog.js'
import { EICAR } from '../../peers/samples.js'
import { alarmsOf, outputOf, textOf, textWith, until } from './waiting.js'

/** A syslog server by RFC 6587 that keeps every byte. */
async function startSyslogServer() {
  let heard = ''
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A log sink that does with lines what the text of its write() says, and at a reload what the other one says. */
function sinkThat(id: string, write: string, reload = ''): PluginPackage {
  return {
    id,
    manifest: { id, kind: 'log', title: { en: id, ja: id }, api: 1, isolation: 'inline' },
    source: `import { definePlugin } from '@fsigk/plugin-api'
class Sink { write(log, service, lines) { ${write} } reload() { ${reload} } }
export default definePlugin({ kind: 'log', section: '${id.replaceAll('-', '_')}', settings: {}, plugin: Sink })
`,
  }
}

describe('log sinks', () => {
  for (const transport of ['udp', 'tcp', 'unix'] as const)
    test(`rsyslog understands all four logs over ${transport}, with their structured data [LOG-09]`, async () => {
      await using rsyslog = await startRsyslog()
      await using origin = await startWebOrigin({ '/eicar.com': EICAR })
      await using gateway = await startTestGateway({
        settings: {
          'plugins.log_sinks': 'log-syslog',
          'log_syslog.transport': transport,
          'log_syslog.port': rsyslog.port,
          'log_syslog.path': rsyslog.socket,
          'log_syslog.detect_facility': 'local1',
        },
      })
      await curl(gateway, `${origin.url}/eicar.com`)
      const line = await gateway.line('http', 'access', '/eicar.com')
      const { id } = parseLogLine(line)
      const written = await until('all', async () => {
        const text = await rsyslog.written()
        return text.includes('local1.warning') &&
          text.includes('### START ###') &&
          text.includes('local0.info fsigk access')
          ? text
          : undefined
      })
      const lines = written.trim().split('\n')
      assert.ok(lines.includes(`local0.info fsigk access service=http id=${id} ${line}`), written)
      assert.ok(lines.includes(`local1.warning fsigk detect service=http id=${id} ${line}`), written)
      assert.match(written, /^local0\.info fsigk info service=http id= \d+\.\d{3} \[.*main: ### START ###/m)
      const [worker] = await gateway.workers('http')
      process.kill(worker ?? 0, 'SIGKILL')
      await until('the error', async () =>
        /^local0\.err fsigk error .*###ERROR### Error recovery/m.test(await rsyslog.written()) ? true : undefined,
      )
    })

  test('syslog over TCP, byte for byte: octet counting and RFC 5424; last lines are sent at the stop [LOG-09]', async () => {
    await using server = await startSyslogServer()
    await using gateway = await startTestGateway({
      settings: {
        'plugins.log_sinks': 'log-syslog',
        'log_syslog.logs': 'info',
        'log_syslog.transport': 'tcp',
        'log_syslog.port': server.port,
        'log_syslog.host_name': 'gate.example',
      },
    })
    await gateway.stop()
    let rest = server.heard()
    const messages: string[] = []
    while (rest !== '') {
      const [, count = '', body = ''] = /^(\d+) (.*)$/s.exec(rest) ?? []
      assert.notEqual(count, '', rest)
      messages.push(body.slice(0, Number(count)))
      rest = body.slice(Number(count))
    }
    const written = (await gateway.log('http', 'info')).trim().split('\n')
    assert.deepEqual(
      messages.map((message) =>
        message.replace(/^<134>1 \S+Z gate\.example fsigk - info \[fsigk@32473 service="http"\] /, ''),
      ),
      written,
    )
    assert.match(messages.at(-1) ?? '', /### STOP ###/)
  })

  test('lines wait for a syslog server that is away [LOG-09]', async () => {
    await using gateway = await startTestGateway({
      settings: {
        'plugins.log_sinks': 'log-syslog',
        'log_syslog.logs': 'info',
        'log_syslog.transport': 'tcp',
        'log_syslog.port': 1,
      },
    })
    await textWith(gateway, 'log/fsigk.log', 'syslog unreachable')
    await using server = await startSyslogServer()
    await gateway.set({ 'log_syslog.port': server.port })
    await until('the first line', async () => (server.heard().includes('### START ###') ? true : undefined))
  })

  test('JSON lines: own file for each log, named and typed fields; services and logs as the settings say [LOG-09]', async () => {
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await using gateway = await startTestGateway({
      settings: {
        'plugins.log_sinks': 'log-json',
        'log_json.logs': 'access, error',
        'log_json.services': 'http, smtp',
      },
    })
    await curl(gateway, `${origin.url}/eicar.com`)
    const line = parseLogLine(await gateway.line('http', 'access', '/eicar.com'))
    const record = JSON.parse(await textWith(gateway, 'log/http/access.json', '/eicar.com'))
    assert.deepEqual(record, {
      level: 'info',
      time: new Date(Math.round(line.time * 1000)).toISOString(),
      log: 'access',
      elapsedMs: line.elapsedMs,
      client: '127.0.0.1',
      status: line.status,
      bytes: line.bytes,
      method: 'GET',
      url: `${origin.url}/eicar.com`,
      user: '',
      server: '127.0.0.1',
      contentType: line.contentType === '-' ? '' : line.contentType,
      result: 'INFECTED',
      file: 'eicar.com',
      quarantined: '',
      action: 'DELETE',
      service: 'http',
      slot: 0,
      pid: line.proxy.pid,
      peer: '127.0.0.1',
      files: 1,
      checks: 1,
      checkMs: line.proxy.checkMs,
      protocolStat: line.protocol,
      error: line.error,
      revision: line.revision,
      id: line.id,
      threats: [line.detection.name],
      details: [],
    })
    assert.equal(await textOf(gateway, 'log/http/detect.json'), '')
    await gateway.set({ 'log_json.logs': 'detect', 'log_json.services': '' })
    await curl(gateway, `${origin.url}/eicar.com?2`)
    await textWith(gateway, 'log/http/detect.json', '/eicar.com?2')
    assert.equal((await textOf(gateway, 'log/http/access.json')).includes('?2'), false)
    await gateway.set({ 'log_json.logs': 'access', 'log_json.services': 'smtp' })
    await curl(gateway, `${origin.url}/eicar.com?3`)
    await gateway.accessLine('?3')
    await gateway.stop()
    assert.equal((await textOf(gateway, 'log/http/access.json')).includes('?3'), false)
  })

  test('JSON files are opened anew at SIGHUP, for which every sink is told to look again [LOG-09]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({
      plugins: [withFs(sinkThat('log-tells', '', `append('looked again\\n')`))],
      settings: { 'plugins.log_sinks': 'log-json, log-tells' },
    })
    await curl(gateway, `${origin.url}/x?1`)
    await textWith(gateway, 'log/http/access.json', '/x?1')
    const before = await outputOf(gateway, 'log-json')
    await rename(join(gateway.home, 'log/http/access.json'), join(gateway.home, 'log/http/access.json.1'))
    gateway.process.kill('SIGHUP')
    for (let at = 2; !(await textOf(gateway, 'log/http/access.json')).includes('/x?'); at += 1)
      await curl(gateway, `${origin.url}/x?${at}`)
    assert.equal(await textWith(gateway, 'log-tells.txt', 'again'), 'looked again\n')
    const after = await outputOf(gateway, 'log-json')
    assert.ok(before?.pid !== undefined && after?.pid === before.pid, 'the same process, with what waits for it')
  })

  test('a sink that was replaced by another release is begun anew from it, and no other is [LOG-09]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({
      plugins: [withFs(sinkThat('log-one', `append('first ' + lines)`))],
      settings: { 'plugins.log_sinks': 'log-one, log-json' },
    })
    await curl(gateway, `${origin.url}/x?1`)
    await textWith(gateway, 'log-one.txt', '/x?1')
    const before = await outputOf(gateway, 'log-json')
    await installPlugin(gateway.home, withFs(sinkThat('log-one', `append('second ' + lines)`)))
    const { home } = gateway
    await using administration = await openAdministration({ home, installation: '', version: 'test' })
    assert.deepEqual((await administration.reloadPlugins({})).changed, ['log-one'])
    await curl(gateway, `${origin.url}/x?2`)
    assert.match(await textWith(gateway, 'log-one.txt', '/x?2'), /^second .*\/x\?2/m)
    const after = await outputOf(gateway, 'log-json')
    assert.ok(before?.pid !== undefined && after?.pid === before.pid)
  })

  test('a sink of plugins.log_sinks runs as a process of its own, and two get the same lines [LOG-09]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({
      plugins: [withFs(sinkThat('log-one', 'append(lines)'))],
      settings: { 'plugins.log_sinks': 'log-one, log-json' },
    })
    await curl(gateway, `${origin.url}/x?both`)
    await textWith(gateway, 'log/http/access.json', '/x?both')
    await textWith(gateway, 'log-one.txt', '/x?both')
    const [sink, json] = [await outputOf(gateway, 'log-one'), await outputOf(gateway, 'log-json')]
    assert.ok(sink?.pid !== undefined && json?.pid !== undefined && sink.pid !== json.pid)
    assert.notEqual(sink.pid, gateway.process.pid)
    // Taken out, it ends; the other goes on.
    await gateway.set({ 'plugins.log_sinks': 'log-json' })
    await curl(gateway, `${origin.url}/x?json`)
    await textWith(gateway, 'log/http/access.json', '/x?json')
    assert.equal((await textOf(gateway, 'log-one.txt')).includes('/x?json'), false)
    assert.equal(await outputOf(gateway, 'log-one'), undefined)
  })

  test('a sink that ends is begun again, and that is told; transfers do not notice [LOG-09]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({
      plugins: [withFs(sinkThat('log-dies', `if (lines.includes('fatal-word')) process.exit(7); append(lines)`))],
      settings: { 'plugins.log_sinks': 'log-dies' },
    })
    assert.equal((await curl(gateway, `${origin.url}/x?fatal-word`)).status, 200)
    await gateway.line('http', 'error', '[log-dies] it ended by itself (exit code 7)')
    assert.equal((await curl(gateway, `${origin.url}/x?after`)).status, 200)
    await textWith(gateway, 'log-dies.txt', '/x?after')
    // Lost is what it was given last: the fatal line, and those of other logs that came with it.
    assert.match(await gateway.line('http', 'error', '[log-dies] takes lines again'), /lines left out: [1-4]$/)
    await gateway.stop()
    assert.deepEqual(await alarmsOf(gateway), ['LogOutputFailed', 'LogOutputRecovered'])
  })

  test('a sink that hangs blocks nobody, is ended and begun again; what does not fit is counted [LOG-09]', async () => {
    await using gateway = await startTestGateway({
      plugins: [sinkThat('log-hangs', 'return new Promise(() => {})')],
      settings: { 'plugins.log_sinks': 'log-hangs', 'http.max_urllen': 65_536 },
    })
    const long = 'u'.repeat(60_000)
    for (let at = 0; at < 90; at += 1)
      assert.equal((await curl(gateway, `http://127.0.0.2:1/x?${at}.${long}`)).status, 503)
    const output = await until('lines left out', async () => {
      const found = await outputOf(gateway, 'log-hangs')
      return found !== undefined && found.lostLines > 0 ? found : undefined
    })
    assert.equal(output.state, 'slow')
    assert.ok(output.waitingBytes <= 4 * 1024 * 1024)
    await gateway.line('http', 'error', '[log-hangs] it takes lines too slowly')
    assert.equal((await gateway.log('http', 'access')).trim().split('\n').length, 90)
  })

  test('a sink that is not installed is refused; one that has gone is named, and the gateway serves [LOG-09]', async () => {
    await using home = await temporaryFolder()
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using first = await startTestGateway({
      home: home.path,
      plugins: [withFs(sinkThat('log-gone', 'append(lines)'))],
      settings: { 'plugins.log_sinks': 'log-gone' },
    })
    await assert.rejects(
      first.set({ 'plugins.log_sinks': 'log-none' }),
      /there is no plugin 'log-none' to be a log sink/,
    )
    await assert.rejects(first.set({ 'plugins.log_sinks': 'scanner-signatures' }), /a log sink is needed/)
    await first.stop()
    await rm(join(home.path, 'plugins/log-gone'), { recursive: true })
    await using gateway = await startTestGateway({ home: home.path })
    assert.equal((await curl(gateway, `${origin.url}/x`)).status, 200)
    const { stdout, code } = await gateway.cli('status')
    assert.match(
      stdout,
      /log-gone +sink +down .*plugins\.log_sinks names the plugin 'log-gone', which is not installed/,
    )
    assert.equal(code, 1)
  })
})

/** Gives a sink's write() `append(text)`, into a file of its own in the home. */
function withFs(plugin: PluginPackage): PluginPackage {
  const source = `import { appendFileSync } from 'node:fs'
const append = (text) => appendFileSync(new URL('../../${plugin.id}.txt', import.meta.url), text)
${plugin.source}`
  return { ...plugin, source }
}
