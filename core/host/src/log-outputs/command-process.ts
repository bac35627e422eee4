/** One run of a log's command: `/bin/sh -c`, in a process group of its own, fed through its standard input. */
import { type ChildProcess, spawn } from 'node:child_process'
import { endProcessGroup } from './process-group.js'

/** For processes of the group that outlive the shell: they have had their end of file, and may still read. */
const PATIENCE_MS = 500
/** From being asked to end until being killed. */
const GRACE_MS = 1_000
const MAX_PRINTED_BYTES = 1_024

/** What a command is told of its surroundings. Nothing of the gateway's own, which may hold secrets. */
const PASSED_ON = /^(PATH|HOME|USER|LOGNAME|SHELL|TZ|LANG|LC_[A-Z]+|FSIGK_HOME)$/

export interface CommandSurroundings {
  /** `FSIGK_HOME`: where relative paths of the command begin. */
  readonly home: string
  /** What it prints to standard error, cut to a bound. */
  readonly onPrinted: (text: string) => void
}

export class CommandProcess {
  /** Why it ended. Never rejects; nothing of its group is left then, save what ignores even SIGKILL. */
  readonly gone: Promise<string>
  readonly startedAt = performance.now()
  readonly #child: ChildProcess
  /** Lines handed to it that the system has not taken yet. */
  #underWay = ''

  /** @param command a setting's text; no outside value ever gets into it */
  constructor(command: string, { home, onPrinted }: CommandSurroundings) {
    this.#child = spawn('/bin/sh', ['-c', command], {
      cwd: home,
      env: { ...passedOn(), FSIGK_HOME: home },
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => onPrinted(chunk.toString('utf8', 0, MAX_PRINTED_BYTES)))
    // A command that reads no more has no use; its end is met below.
    this.#child.stdin?.on('error', () => this.kill())
    this.gone = this.#watchEnd()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Whether it can be given more. */
  get isReady(): boolean {
    return this.#underWay === '' && this.#child.stdin?.writable === true
  }

  /** What was handed to it and may not have arrived, once it is gone. */
  get underWay(): string {
    return this.#underWay
  }

  /** @param onTaken called when the system has taken the lines; not when the command ended before */
  write(lines: string, onTaken: () => void): void {
    this.#underWay = lines
    this.#child.stdin?.write(lines, 'latin1', (error) => {
      if (error) return
      this.#underWay = ''
      onTaken()
    })
  }

  /** No more lines come: a command ends when it has read them all. */
  endInput(): void {
    this.#child.stdin?.end()
  }

  /** Ends the whole group. Its id is not used any more once the shell has ended: it might be another's by then. */
  kill(): void {
    const { pid, exitCode, signalCode } = this.#child
    if (pid !== undefined && exitCode === null && signalCode === null) void endProcessGroup(pid, 0, GRACE_MS)
  }

  async #watchEnd(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>()
    this.#child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal))
    this.#child.once('error', (error) => {
      if (this.#child.pid === undefined) resolve(error.message)
    })
    const because = await promise
    this.#child.stdin?.destroy()
    if (this.#child.pid !== undefined) await endProcessGroup(this.#child.pid, PATIENCE_MS, GRACE_MS)
    this.#child.stderr?.destroy()
    return because
  }
}

function passedOn(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)))
}
