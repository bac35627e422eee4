/**
 * Where an isolated plugin lives: the main module of its thread or process. The way to the host is taken out of the
 * plugin's reach before any of its code is loaded.
 */
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../errors.js'
import { MAX_TEXT } from '../limits.js'
import type { FromPlugin, ToPlugin } from '../messages.js'
import { BoundedLog } from './bounded-log.js'
import { dieWithHost } from './die-with-host.js'
import { PluginEnd } from './plugin-end.js'

type Post = (message: FromPlugin) => void

const post = isMainThread ? takeChannel((message) => end.hear(message)) : takePort((message) => end.hear(message))
const log = new BoundedLog(post)
const end = new PluginEnd(post, log)

// Printing is not forbidden, but goes where a plugin's words go, and no faster.
for (const output of [process.stdout, process.stderr])
  output.write = (text: unknown) => {
    log.info('printed', { text: String(text).trimEnd() })
    return true
  }

process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error }))
process.on('uncaughtException', (error) => {
  post({ is: 'ending', because: `it threw what nobody caught: ${messageOf(error)}`.slice(0, MAX_TEXT) })
  process.exit(1)
})

function takePort(hear: (message: ToPlugin) => void): Post {
  const given = workerData as { port?: MessagePort }
  const { port } = given
  if (port === undefined) throw new Error('A thread of a plugin is begun by its host alone.')
  delete given.port
  parentPort?.close()
  port.on('message', hear)
  return (message) => port.postMessage(message)
}

function takeChannel(hear: (message: ToPlugin) => void): Post {
  dieWithHost()
  const send = process.send?.bind(process)
  if (send === undefined) throw new Error('A process of a plugin is begun by its host alone.')
  delete process.send
  process.title = `fsigk_${process.argv[2] ?? 'plugin'}`
  process.on('message', hear)
  // It does not outlive its host, and what the terminal or a service manager sends to everybody is the host's to obey.
  process.on('disconnect', () => process.exit(1))
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {})
  return (message) => void send(message, undefined, undefined, () => {})
}
