/** Processes that a bench starts: pinned to a processor, ready before they are used, and gone with it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { programPath } from './programs.js'

const READY_LIMIT_MS = 15_000
const STOP_LIMIT_MS = 5_000

const running = new Set<ChildProcess>()

/** Sees to it that a process does not outlive the bench, however that ends. */
export function endWithBench(child: ChildProcess): void {
  running.add(child)
  child.once('exit', () => running.delete(child))
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2))

export interface Child extends AsyncDisposable {
  readonly pid: number
}

/** Starts a server on one processor and waits until its port accepts. @throws with its output when it does not come up */
export async function startServer(
  processor: number,
  command: readonly [string, ...string[]],
  port: number,
): Promise<Child> {
  const child = spawn(programPath('taskset'), ['-c', String(processor), ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  endWithBench(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000)
    })
  }
  const { pid } = child
  if (pid === undefined) throw new Error(`${command[0]} cannot be started`)
  const deadline = Date.now() + READY_LIMIT_MS
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`${command.join(' ')} does not listen on port ${port}:\n${output}`)
    }
    await delay(50)
  }
  return { pid, [Symbol.asyncDispose]: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  await gone
  clearTimeout(late)
}

/** Moves a process that runs already, with all its threads, to one processor. */
export function pin(pids: readonly number[], processor: number): void {
  for (const pid of pids) {
    spawnSync(programPath('taskset'), ['-a', '-p', '-c', String(processor), String(pid)], { stdio: 'ignore' })
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
