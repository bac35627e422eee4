import { join } from 'node:path'
import { logSinkConformance, silentLog, temporaryFolder } from '@fsigk/testing'
import { SyslogSink } from '../src/syslog-sink.js'
import { sample } from './sample.js'
import { StreamServer } from './servers.js'

const make = () => new SyslogSink(silentLog, { now: () => new Date() })
const nowhere = { ...sample, transport: 'unix', path: '/nonexistent/log' } as const

logSinkConformance({
  name: 'log-syslog over tcp',
  settings: nowhere,
  make,
  async destination() {
    const server = await StreamServer.on({ port: 0 })
    return {
      settings: { ...sample, port: server.port },
      received: async () => server.messages.join('\n'),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
  unreachable: { ...sample, port: 1 },
})

logSinkConformance({
  name: 'log-syslog over a local stream',
  settings: nowhere,
  make,
  async destination() {
    const folder = await temporaryFolder('syslog')
    const path = join(folder.path, 'log')
    const server = await StreamServer.on({ path })
    return {
      settings: { ...sample, transport: 'unix', path },
      received: async () => server.messages.join('\n'),
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]()
        await folder[Symbol.asyncDispose]()
      },
    }
  },
  unreachable: nowhere,
})
