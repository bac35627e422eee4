// One run of test files by `node --test`, and what is to be cleaned up after it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../core/cli/bin/prepare.js'
import { removeLeftovers } from './leftovers.js'

/** The longest file takes a tenth of it on two processors that nobody else uses. */
const FILE_LIMIT_MS = 1_200_000
const LOOK_MS = 5_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

const beside = (name) => join(import.meta.dirname, name)

export class TestRun {
  #folder = mkdtempSync(join(tmpdir(), 'fsigk-tests-'))

  /** @param node the Node that runs the tests */
  constructor(node) {
    this.node = node
  }

  /**
   * @param files paths of compiled test files
   * @param concurrency how many at a time
   * @returns the exit code of `node --test`, and the files in which a test failed
   */
  async run(files, concurrency) {
    const failed = join(this.#folder, 'failed')
    writeFileSync(failed, '')
    const tests = spawn(
      this.node,
      [
        `--import=${beside('mark-file.js')}`,
        '--test',
        `--test-concurrency=${concurrency}`,
        `--test-timeout=${FILE_LIMIT_MS}`,
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        `--test-reporter=${beside('failed-files.js')}`,
        `--test-reporter-destination=${failed}`,
        ...files,
      ],
      { cwd: root, stdio: 'inherit', env: { ...process.env, FSIGK_TEST_RUN: this.#folder } },
    )
    const looking = setInterval(() => this.#cleanUp(), LOOK_MS)
    // Whoever interrupts the run wants it to end, not to be run again.
    let isInterrupted = false
    const interrupt = (signal) => {
      isInterrupted = true
      tests.kill(signal)
    }
    for (const signal of SIGNALS) process.on(signal, interrupt)
    const [status] = await once(tests, 'exit')
    for (const signal of SIGNALS) process.off(signal, interrupt)
    clearInterval(looking)
    while (this.#cleanUp());
    if (isInterrupted || status === null) return { status: 2, failed: [] }
    return { status, failed: readFileSync(failed, 'utf8').split('\n').filter(Boolean) }
  }

  /** @returns whether there was anything */
  #cleanUp() {
    const left = removeLeftovers(this.#folder)
    for (const each of left) process.stdout.write(`Left behind by a test file, and ended: ${each}\n`)
    return left.length > 0
  }

  [Symbol.dispose]() {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
