/** Retrieves a message over and over again on some connections, and tells how often. A program: options as JSON. */
import { connect } from 'node:net'

export interface PopClientOptions {
  readonly port: number
  readonly connections: number
  readonly seconds: number
}

const END = Buffer.from('\r\n.\r\n')
const options = JSON.parse(process.argv[2] ?? '') as PopClientOptions
const start = performance.now()
const until = start + options.seconds * 1000
const times: number[] = []

function client(): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true })
    const opening = ['USER reader\r\n', 'PASS secret\r\n']
    let isRetrieving = false
    let tail: Buffer = Buffer.alloc(0)
    let began = 0
    const retrieve = () => {
      if (performance.now() > until) return void socket.end('QUIT\r\n')
      isRetrieving = true
      began = performance.now()
      socket.write('RETR 1\r\n')
    }
    socket.on('data', (bytes) => {
      if (!isRetrieving) {
        const next = opening.shift()
        if (next === undefined) retrieve()
        else socket.write(next)
        return
      }
      tail = Buffer.concat([tail, bytes.subarray(-END.length)]).subarray(-END.length)
      if (!tail.equals(END)) return
      times.push(performance.now() - began)
      retrieve()
    })
    socket.on('error', () => resolve(1))
    socket.on('close', () => resolve(performance.now() > until ? 0 : 1))
  })
}

const failures = await Promise.all(Array.from({ length: options.connections }, client))
const seconds = (performance.now() - start) / 1000
times.sort((one, other) => one - other)
const result = {
  requests: times.length,
  seconds,
  p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
  errors: failures.reduce((sum, each) => sum + each, 0),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
