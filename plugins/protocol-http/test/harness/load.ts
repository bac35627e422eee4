/**
 * How many requests a CPU second of this plugin serves, with a service that does nothing but hold and release: run
 * `node dist/test/harness/load.js [bytes] [connections] [seconds] [held|live]`, under `--cpu-prof` to see where time goes.
 * Origin and clients are processes of their own, so that this process's CPU time is the proxy's.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startStubProxy } from '../kit/stub-service.js'

const WARM_UP_MS = 1500

async function origin(bytes: number): Promise<void> {
  const head = `HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 07:00:00 GMT\r\nServer: origin\r\nContent-Type: text/html\r\nETag: "1"\r\nAccept-Ranges: bytes\r\nContent-Length: ${bytes}\r\n\r\n`
  const reply = Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, 'x')])
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      for (let at = data.indexOf('\r\n\r\n'); at !== -1; at = data.indexOf('\r\n\r\n', at + 4)) socket.write(reply)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.send?.((server.address() as AddressInfo).port)
}

/** Clients that each send a request when they have the answer to the one before. */
function clients(proxyPort: number, originPort: number, bytes: number, count: number): void {
  let done = 0
  const request = Buffer.from(
    `GET http://127.0.0.1:${originPort}/some/path/file.html?q=1 HTTP/1.1\r\nHost: 127.0.0.1:${originPort}\r\n` +
      'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\nAccept: text/html\r\n' +
      'Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n\r\n',
  )
  for (let index = 0; index < count; index++) {
    const socket = connect(proxyPort, '127.0.0.1')
    socket.setNoDelay(true)
    let left = -1
    socket.on('connect', () => socket.write(request))
    socket.on('data', (data) => {
      if (left === -1) left = data.indexOf('\r\n\r\n') + 4 + bytes
      left -= data.length
      if (left > 0) return
      done++
      left = -1
      socket.write(request)
    })
    socket.on('error', (error) => {
      throw error
    })
  }
  process.on('message', () => process.send?.(done))
}

async function ask(child: ChildProcess): Promise<number> {
  child.send('count')
  const [count] = (await once(child, 'message')) as [number]
  return count
}

async function measure(bytes: number, count: number, seconds: number, mode: string): Promise<void> {
  const self = fileURLToPath(import.meta.url)
  const options = { execArgv: [] as string[] }
  const server = fork(self, ['origin', String(bytes)], options)
  const [originPort] = (await once(server, 'message')) as [number]
  await using proxy = await startStubProxy({ forgetful: true, settings: { virus_check: mode === 'held' } })
  const load = fork(self, ['clients', String(proxy.port), String(originPort), String(bytes), String(count)], options)
  await delay(WARM_UP_MS)
  const before = { count: await ask(load), cpu: process.cpuUsage(), at: performance.now() }
  await delay(seconds * 1000)
  const { user, system } = process.cpuUsage(before.cpu)
  const requests = (await ask(load)) - before.count
  const took = (performance.now() - before.at) / 1000
  const cpu = (user + system) / 1e6
  console.log(
    `${mode} ${bytes} bytes, ${count} connections: ${Math.round(requests / took)} requests/s, ` +
      `${Math.round(requests / cpu)} requests/CPU-s (user ${(user / 1e6).toFixed(2)} s, system ${(system / 1e6).toFixed(2)} s), ` +
      `${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
  )
  load.kill()
  server.kill()
}

const [role = '23000', ...rest] = process.argv.slice(2)
const number = (text: string | undefined, fallback: number) => (text === undefined ? fallback : Number(text))
if (role === 'origin') await origin(number(rest[0], 0))
else if (role === 'clients') clients(number(rest[0], 0), number(rest[1], 0), number(rest[2], 0), number(rest[3], 0))
else await measure(Number(role), number(rest[0], 50), number(rest[1], 5), rest[2] ?? 'held')
