/** A plugin being tried in a child process: what the child is given, what it tells, and how its silence is judged. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FoundPlugin } from '@fsigk/host'

/** What the child is given. */
export interface Trial {
  readonly found: FoundPlugin
  /** The defaults of its section. */
  readonly settings: unknown
  /** The module of the package that says what it is tried with. */
  readonly subject: string | undefined
  readonly databases: string
}

export type FromChild =
  | { readonly is: 'begun'; readonly title: string }
  | { readonly is: 'ended'; readonly title: string; readonly ms: number; readonly problem: string | undefined }
  | { readonly is: 'failed'; readonly because: string }

/** How one check ended. */
export interface CheckResult {
  readonly title: string
  readonly ok: boolean
  readonly ms: number
  readonly problem: string | null
}

/** A check that takes longer has hung: the longest of ours starts gateways and takes a few seconds. */
const CHECK_LIMIT_MS = 120_000
const CHILD = fileURLToPath(new URL('conformance-child.js', import.meta.url))

/**
 * Runs all checks of a plugin's kind.
 * @param onResult told of each as it ends
 */
export async function tryPlugin(trial: Trial, onResult: (result: CheckResult) => void): Promise<void> {
  const child = fork(CHILD, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  let current = 'its code can be loaded'
  let began = performance.now()
  let over = false
  const fails = (problem: string) => {
    over = true
    onResult({ title: current, ok: false, ms: Math.round(performance.now() - began), problem })
  }
  const watch = setTimeout(() => {
    fails(`it did not end within ${CHECK_LIMIT_MS} ms`)
    child.kill('SIGKILL')
  }, CHECK_LIMIT_MS)
  child.on('message', (message: FromChild) => {
    watch.refresh()
    switch (message.is) {
      case 'begun':
        current = message.title
        began = performance.now()
        return
      case 'ended': {
        const { title, ms, problem = null } = message
        onResult({ title, ok: problem === null, ms, problem })
        current = 'it ends'
        return
      }
      case 'failed':
        return fails(message.because)
    }
    message satisfies never
  })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const disconnected = once(child, 'disconnect')
  child.send(trial)
  await disconnected
  // All is told. What still keeps the process alive is the plugin's, and was looked for.
  child.kill('SIGKILL')
  const [code, signal] = await exited
  clearTimeout(watch)
  if (!over && current !== 'it ends') fails(`its process ended (${signal ?? `exit code ${code}`})`)
}
