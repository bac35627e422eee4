/** The commands of the product, run as a user runs them: their launchers, each as a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { installationFolder } from './installation.js'

/** What a command printed, and how it ended. */
export interface CommandResult {
  /** -1 when a signal ended it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** The launcher of `fsigk`. */
export const FSIGK = join(installationFolder(), 'core', 'cli', 'bin', 'fsigk.js')
const FSIGK_PLUGIN = join(installationFolder(), 'core', 'cli', 'bin', 'fsigk-plugin.js')

/** Runs `fsigk …` on a home. */
export function runCli(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return runCommand(process.execPath, [FSIGK, ...args], { env: { ...env, FSIGK_HOME: home } })
}

/** Runs `fsigk-plugin …` on a home. */
export function runPluginCli(
  home: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return runCommand(process.execPath, [FSIGK_PLUGIN, ...args], {
    ...options,
    env: { ...options.env, FSIGK_HOME: home },
  })
}

/** Runs a program to its end, without anything on its standard input. */
export async function runCommand(
  program: string,
  args: readonly string[],
  { env = {}, cwd }: CommandOptions = {},
): Promise<CommandResult> {
  // A test runner that thinks itself a part of another one runs nothing.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const child = spawn(program, [...args], {
    // Whoever runs the tests by sudo is not whom the commands are to name.
    env: { ...inherited, SUDO_USER: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? -1, ...output }
}
