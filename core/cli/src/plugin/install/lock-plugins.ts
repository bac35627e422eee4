import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../../errors.js'

/**
 * Keeps other commands from installing or removing at the same time. One that a killed process left is taken over.
 * @throws FSIGK_PLUGINS_BUSY
 */
export function lockPlugins(plugins: string): Disposable {
  const file = join(plugins, '.installing')
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const descriptor = openSync(file, 'wx', 0o600)
      writeSync(descriptor, String(process.pid))
      closeSync(descriptor)
      return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (isAlive(holderOf(file))) break
      rmSync(file, { force: true })
    }
  }
  throw fail('FSIGK_PLUGINS_BUSY', [file, String(holderOf(file))])
}

function holderOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
