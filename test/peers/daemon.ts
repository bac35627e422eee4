/** A server program in the foreground, from its start until its port answers, and to its end. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const LIMIT_MS = 60_000
const POLL_MS = 20

export interface Daemon extends AsyncDisposable {
  readonly port: number
}

/** Starts a program that listens on a port of 127.0.0.1, and waits until it does. */
export async function startDaemon(port: number, program: string, ...args: readonly string[]): Promise<Daemon> {
  return { port, ...(await startProgram(() => accepts(port), program, ...args)) }
}

/** Starts a program, and waits until it is seen to serve. */
export async function startProgram(
  serves: () => Promise<boolean>,
  program: string,
  ...args: readonly string[]
): Promise<AsyncDisposable> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  })
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.on('data', (text) => {
      said += text
    })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  }
  const deadline = Date.now() + LIMIT_MS
  while (!(await serves())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`${program} did not start: ${said}`)
    }
    await delay(POLL_MS)
  }
  return { [Symbol.asyncDispose]: stop }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
