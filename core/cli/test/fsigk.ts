/** Runs the fsigk command as a user does: its launcher, as a process of its own, on a home of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openAdministration } from '@fsigk/host'
import { placeOf } from '../src/place.js'

export const LAUNCHER = fileURLToPath(new URL('../../bin/fsigk.js', import.meta.url))
const PATIENCE_MS = 60_000

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface TestHome extends AsyncDisposable {
  readonly path: string
  /** Runs `fsigk …` to its end. */
  fsigk(...words: readonly string[]): Promise<Ended>
  /** Runs `fsigk …`, and asserts nothing but its exit code. */
  expect(code: number, ...words: readonly string[]): Promise<Ended>
  /** Saves settings without a process of its own: what a test begins with. */
  given(settings: Readonly<Record<string, string>>, comment?: string): Promise<void>
  /** Starts `fsigk run` and waits until it is ready. */
  run(): Promise<Running>
}

export interface Running extends AsyncDisposable {
  readonly process: ChildProcess
  readonly output: () => string
  readonly ended: Promise<Ended>
}

export async function testHome(node = process.execPath): Promise<TestHome> {
  const folder = await mkdtemp(join(tmpdir(), 'fsigk-cli-'))
  const path = join(folder, 'home')
  const fsigk = (...words: readonly string[]) => start(node, path, words).ended
  return {
    path,
    fsigk,
    async expect(code, ...words) {
      const result = await fsigk(...words)
      if (result.code !== code)
        throw new Error(`fsigk ${words.join(' ')} ended with ${result.code}: ${result.stdout}${result.stderr}`)
      return result
    },
    async given(settings, comment) {
      await using administration = await openAdministration(placeOf(path))
      const changes = Object.entries(settings).map(([key, to]) => ({ key, to }))
      await administration.change({ actor: 'somebody', origin: 'cli', comment, changes })
    },
    run: () => runReady(node, path),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

function start(node: string, home: string, words: readonly string[]) {
  const child = spawn(node, [LAUNCHER, ...words], {
    env: { ...process.env, FSIGK_HOME: home, SUDO_USER: '', LANG: 'C', LC_ALL: '' },
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text
    })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }))
  return { process: child, output: () => printed.stdout + printed.stderr, ended }
}

async function runReady(node: string, home: string): Promise<Running> {
  const running = start(node, home, ['run'])
  const patience = Date.now() + PATIENCE_MS
  while (!/^ready/m.test(running.output())) {
    if (running.process.exitCode !== null || Date.now() > patience) throw new Error(`Not ready: ${running.output()}`)
    await delay(20)
  }
  return {
    ...running,
    async [Symbol.asyncDispose]() {
      running.process.kill('SIGTERM')
      await running.ended
    },
  }
}
