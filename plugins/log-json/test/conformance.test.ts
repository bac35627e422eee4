import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { logSinkConformance, silentLog, temporaryFolder } from '@fsigk/testing'
import { JsonSink } from '../src/json-sink.js'

const folder = await temporaryFolder('json')
process.on('exit', () => void folder[Symbol.asyncDispose]())

logSinkConformance({
  name: 'log-json',
  settings: { logs: 'access', services: '', folder: folder.path },
  make: () => new JsonSink({ package: '/nonexistent', databases: '/nonexistent', logs: folder.path }, silentLog),
  async destination() {
    const own = await temporaryFolder('json')
    return {
      settings: { logs: 'access', services: '', folder: own.path },
      async received() {
        const names = (await readdir(own.path, { recursive: true })).filter((name) => name.endsWith('.json'))
        return (await Promise.all(names.map((name) => readFile(join(own.path, name), 'utf8')))).join('')
      },
      [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
    }
  },
  unreachable: { logs: 'access', services: '', folder: '/dev/shm' },
})
