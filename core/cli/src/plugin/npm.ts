/** The npm of this machine, where there is one. It never runs scripts of packages. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fail } from '../errors.js'
import { oneLine } from '../print.js'

const MAX_OUTPUT_BYTES = 1024 * 1024

/**
 * Runs npm in a folder, and gives what it printed.
 * @throws FSIGK_NPM_MISSING, FSIGK_NPM_FAILED
 */
export async function npm(folder: string, args: readonly string[], wantedFor: string): Promise<string> {
  const child = spawn('npm', [...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_update_notifier: 'false', npm_config_audit: 'false', npm_config_fund: 'false' },
  })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] = (printed[name] + text).slice(-MAX_OUTPUT_BYTES)
    })
  const [code] = (await once(child, 'close').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw fail('FSIGK_NPM_MISSING', [wantedFor], { cause })
    throw fail('FSIGK_NPM_FAILED', [args[0] ?? '', cause.message], { cause })
  })) as [number | null]
  if (code !== 0) throw fail('FSIGK_NPM_FAILED', [args[0] ?? '', problemIn(printed.stderr) || `it ended with ${code}`])
  return printed.stdout
}

/** npm's own errors, without the advice around them. */
function problemIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /^npm (error|ERR!)/.test(line))
  return oneLine(
    lines
      .filter((line) => !line.includes('A complete log of this run'))
      .map((line) => line.replace(/^npm \S+ /, ''))
      .slice(0, 5)
      .join(' '),
  )
}

/** Whether there is an npm. */
export async function hasNpm(): Promise<boolean> {
  const child = spawn('npm', ['--version'], { stdio: 'ignore' })
  return await once(child, 'close').then(
    ([code]) => code === 0,
    () => false,
  )
}
