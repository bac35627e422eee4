/** No log injection: whatever comes from outside stays one field of one line, in files, commands, syslog and JSON. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import {
  exchange,
  type LogLine,
  type PluginPackage,
  parseLogLine,
  requestHead,
  startRawServer,
  startTestGateway,
} from '@fsigk/testing'
import { textOf, until } from './waiting.js'

/** Terminal commands by ESC, CSI and BEL, ends of lines of every kind, NUL, DEL, direction overrides, our own separators. */
const HOSTILE =
  'a\r\n1.000 [fake] ###ERROR### b\0\x1b[31m\x07\x7f\x9b2J\x85\u2028\u202e\ufeff\ud800 : ACTION:PASS: PROXY-ERROR::+,|"\'\\%0a%00${HOME}`id`$(id)é日'
/** The same as far as it may stand in a header field or a request line, as latin1. */
const WIRE = 'a\x1b[31m\x7f\x9b2J\x85:ACTION:PASS:+,|"\'\\%0a%0d%00%1b${HOME}`id`$(id)\xe9\xff'

/** The same without what no parser of ours lets through. */
const SOFT = WIRE.replaceAll(/[\x00-\x1f\x7f]/g, '')

const ASCII = SOFT.replaceAll(/[^\x21-\x7e]/g, '')

/** A scanner that gives what was put into it, whatever that is. */
function scanner(id: string, body: string): PluginPackage {
  return {
    id,
    manifest: { id, kind: 'scanner', title: { en: id, ja: id }, api: 1, isolation: 'inline' },
    source: `import { definePlugin } from '@fsigk/plugin-api'
const HOSTILE = ${JSON.stringify(HOSTILE)}
class S { definitions = HOSTILE; async scan(content, call) { call.log.warn(HOSTILE, { [HOSTILE]: HOSTILE }); ${body} } }
export default definePlugin({ kind: 'scanner', section: '${id.replaceAll('-', '_')}', settings: {}, plugin: S })
`,
  }
}

const finds = scanner(
  'scanner-names',
  `return { findings: [{ threat: HOSTILE, category: 'malware' }, { threat: 'b', category: 'malware' }] }`,
)
const throws = scanner('scanner-fails', `throw new Error(HOSTILE)`)
const cannot = scanner(
  'scanner-cannot',
  `return { findings: [], unscanned: [{ because: 'undecodable', detail: HOSTILE }] }`,
)

/** Answers each request with the bytes that its path names. */
function startOrigin() {
  const replies: Readonly<Record<string, string>> = {
    type: `HTTP/1.1 200 OK\r\nContent-Type: ${SOFT}\r\nContent-Length: 1\r\n\r\nx`,
    hard: `HTTP/1.1 200 OK\r\nContent-Type: ${WIRE}\r\nContent-Length: 1\r\n\r\nx`,
    name: `HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(HOSTILE.toWellFormed())}\r\nContent-Length: 1\r\n\r\nx`,
    rawname: `HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename="${WIRE.replaceAll('"', '')}"\r\nContent-Length: 1\r\n\r\nx`,
    reason: `HTTP/1.1 200 ${WIRE}\r\nContent-Length: 1\r\n\r\nx`,
    status: `HTTP/1.1 2${WIRE} OK\r\nContent-Length: 1\r\n\r\nx`,
    field: `HTTP/1.1 200 OK\r\n${WIRE}\r\n\r\n`,
    length: `HTTP/1.1 200 OK\r\nContent-Length: ${WIRE}\r\n\r\n`,
    coding: `HTTP/1.1 200 OK\r\nContent-Encoding: ${WIRE}\r\nContent-Length: 1\r\n\r\nx`,
    garbage: `${HOSTILE}\r\n\r\n`,
    nothing: '',
  }
  return startRawServer(async (socket) => {
    const [, name = ''] = /\/(\w+)/.exec(await requestHead(socket)) ?? []
    socket.end(Buffer.from(replies[name] ?? replies['type'] ?? '', 'latin1'))
  })
}

/** Requests, each on a connection of its own, each with hostile parts. */
function requests(origin: string): readonly string[] {
  const get = (url: string, fields = '') => `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields}\r\n`
  const paths = [
    'type',
    'hard',
    'name',
    'rawname',
    'reason',
    'status',
    'field',
    'length',
    'coding',
    'garbage',
    'nothing',
  ]
  return [
    ...paths.map((path) => get(`http://${origin}/${path}`)),
    get(`http://${origin}/type?${WIRE}`),
    get(`http://${origin}/${WIRE}`),
    get(`http://${origin}/type`, `User-Agent: ${WIRE}\r\nX-Forwarded-For: ${WIRE}\r\nReferer: ${WIRE}\r\n`),
    get(`http://${origin}/type?${SOFT}`),
    get(`http://${origin}/type?${ASCII}`),
    get(`http://${origin}/type`, `User-Agent: ${SOFT}\r\nX-Forwarded-For: ${SOFT}\r\nReferer: ${SOFT}\r\n`),
    get(`http://user${WIRE}:pass${WIRE}@${origin}/type`),
    get(`http://${WIRE}/`),
    get(`http://no-such-host-${'x'.repeat(50)}.invalid/`),
    get(`http://${origin}:${WIRE}/`),
    `G${WIRE} http://${origin}/type HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET http://${origin}/type HTTP/${WIRE}\r\nHost: x\r\n\r\n`,
    `CONNECT ${WIRE}:443 HTTP/1.1\r\nHost: x\r\n\r\n`,
    `CONNECT 127.0.0.1:${WIRE} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET http://${origin}/type HTTP/1.1\r\nHost: x\r\n${WIRE}\r\n\r\n`,
    `GET http://${origin}/type HTTP/1.1\r\nHost: ${WIRE}\r\nConnection: close\r\n\r\n`,
    `POST http://${origin}/type HTTP/1.1\r\nHost: x\r\nContent-Length: ${WIRE}\r\n\r\n`,
    `${HOSTILE}\r\n\r\n`,
  ]
}

/** A syslog server by RFC 6587. */
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
    messages() {
      const messages: string[] = []
      for (let rest = heard; rest !== ''; ) {
        const [, count = '', body = ''] = /^(\d+) (.*)$/s.exec(rest) ?? []
        assert.notEqual(count, '', rest)
        messages.push(body.slice(0, Number(count)))
        rest = body.slice(Number(count))
      }
      return messages
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function linesOf(text: string): readonly string[] {
  assert.match(text, /^[\x20-\x7e\n]*$/)
  return text.split('\n').filter((line) => line !== '')
}

const MESSAGE =
  /^\d+\.\d{3} \[\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (\d+|-) (\d+|-) [^\s:]+:[^\s:]+:(\d+|-) [^\s:]+:[^\s:]+:(\d+|-)\] [\x20-\x7e]+$/

/** The same line, as two parsers that know nothing of each other read it. */
function agree(line: LogLine, record: Readonly<Record<string, unknown>>): void {
  const known = (text: string) => (text === '-' ? '' : text)
  const decoded = (names: unknown) => (names as readonly string[]).join('+')
  assert.deepEqual(
    [
      record['status'],
      record['method'],
      record['url'],
      record['error'],
      record['action'],
      record['result'],
      record['id'],
    ],
    [line.status, line.method, known(line.url), line.error, line.action, line.detection.result, line.id],
  )
  assert.deepEqual(record['file'], line.detection.file)
  assert.deepEqual(decoded(record['threats']), line.detection.name)
  assert.deepEqual(record['details'], line.proxy.details)
  assert.deepEqual(record['protocolStat'], line.protocol)
}

describe('hostile values', () => {
  for (const found of [finds, throws, cannot])
    test(`stay one field of one line through files, commands, syslog and JSON, with ${found.id} [LOG-10]`, async () => {
      await using syslog = await startSyslogServer()
      await using origin = await startOrigin()
      await using gateway = await startTestGateway({
        scanners: [found],
        settings: {
          'http.access_log': '|tee -a log/http/access.log',
          'http.info_log': '|tee -a log/http/info.log',
          'plugins.log_sinks': 'log-syslog, log-json',
          'log_syslog.transport': 'tcp',
          'log_syslog.port': syslog.port,
          'log_syslog.max_message': 65_000,
        },
      })
      const asked = requests(`${origin.host}:${origin.port}`)
      for (const request of asked) await exchange(gateway.http, Buffer.from(request, 'latin1'))
      await until('all lines', async () =>
        (await textOf(gateway, 'log/http/access.log')).split('\n').length > asked.length ? true : undefined,
      )
      await gateway.stop()

      const access = linesOf(await gateway.log('http', 'access'))
      assert.equal(access.length, asked.length)
      const parsed = access.map((line) => parseLogLine(line))
      const detect = linesOf(await gateway.log('http', 'detect'))
      for (const line of detect) assert.ok(access.includes(line))
      const error = linesOf(await gateway.log('http', 'error'))
      const info = linesOf(await gateway.log('http', 'info'))
      for (const line of [...error, ...info]) assert.match(line, MESSAGE)
      for (const line of error) assert.match(line, /\] ###ERROR### /)

      for (const [name, lines] of Object.entries({ access, detect, error, info })) {
        const json = linesOf(await textOf(gateway, `log/http/${name}.json`)).map((line) => JSON.parse(line))
        assert.equal(json.length, lines.length, name)
        if (name === 'access') for (const [at, line] of parsed.entries()) agree(line, json[at])
        const sent = syslog
          .messages()
          .filter((message) =>
            message.includes(` fsigk ${name === 'access' || name === 'detect' ? parsed[0]?.proxy.pid : '-'} ${name} [`),
          )
        assert.equal(sent.length, lines.length, name)
        for (const [at, message] of sent.entries()) {
          assert.match(message, /^<\d+>1 \S+Z \S+ fsigk \S+ \w+ \[fsigk@32473( \w+="[\w-]*")+\] [\x20-\x7e]+$/)
          assert.ok(message.endsWith(`] ${lines[at]}`), message)
        }
      }
      for (const line of linesOf(await textOf(gateway, 'log/fsigk.log'))) JSON.parse(line)
      if (found === finds) {
        assert.ok(detect.length > 0)
        const named = parsed.filter(({ detection }) => detection.name === `${HOSTILE.toWellFormed()}+b`)
        assert.ok(named.length >= 4, `${named.length} of ${parsed.length}`)
        assert.equal(named.length, detect.length)
        assert.ok(
          named.some(({ protocol }) => protocol[1] === SOFT),
          'X-Forwarded-For',
        )
        const urls = named.map(({ url }) => url).join('\n')
        assert.ok(urls.includes(':ACTION:PASS:+,%7C%22'), urls)
      }
      if (found === throws)
        assert.ok(
          error.some((line) => line.includes('scan failed')),
          error.join('\n'),
        )
    })
})
