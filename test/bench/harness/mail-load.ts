/** Load of mail: sender and sink, each a program of its own on the load's processor. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '@fsigk/testing'
import { type Child, startServer } from './child.js'
import type { SenderOptions } from './mail-sender.js'
import { LOAD_PROCESSOR } from './processors.js'
import { programPath } from './programs.js'
import type { Load } from './wrk.js'

const SENDER = fileURLToPath(new URL('./mail-sender.js', import.meta.url))
const SINK = fileURLToPath(new URL('./mail-sink.js', import.meta.url))

export interface Sink extends Child {
  readonly port: number
}

/** The next hop of all that are measured. */
export async function startSink(): Promise<Sink> {
  const port = await freePort()
  const child = await startServer(LOAD_PROCESSOR, [process.execPath, SINK, String(port)], port)
  return { port, pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}

/** Sends for some seconds; a message is a request. @throws when the sender fails */
export function sendMails(options: SenderOptions): Promise<Load> {
  return runLoad(SENDER, options)
}

/** Runs a program of load that is given options as JSON and prints what came of it. @throws when it fails */
export async function runLoad(program: string, options: object): Promise<Load> {
  const child = spawn(
    programPath('taskset'),
    ['-c', String(LOAD_PROCESSOR), process.execPath, program, JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let output = ''
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString()
  })
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`${program} failed`)
  return JSON.parse(output) as Load
}
