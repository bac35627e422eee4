/** One process at a time changes a home: the gateway while it runs, else a command. The lock dies with its holder. */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { tryLockFile } from '@fsigk/gateway/parts'
import { fail } from './errors.js'
import { type Home, problemOf } from './home.js'
import { isAlive } from './process-alive.js'

export type LockHolder = 'gateway' | 'command'

/** A command holds the lock for a moment only. */
const PATIENCE_MS = 10_000
const POLL_MS = 25

/**
 * Takes the lock of a home for the gateway, after a command that holds it at the moment.
 * @throws FSIGK_HOME_IN_USE, FSIGK_HOME_NOT_WRITABLE
 */
export async function lockHome(home: Home): Promise<Disposable> {
  const patience = Date.now() + PATIENCE_MS
  for (;;) {
    const lock = tryLockHome(home, 'gateway')
    if (lock !== undefined) return lock
    const { holder, pid, text } = lockHolder(home)
    const isGateway = holder === 'gateway' && isAlive(pid)
    if (isGateway || Date.now() > patience) throw fail('FSIGK_HOME_IN_USE', [home.path, text])
    await delay(POLL_MS)
  }
}

/**
 * Takes the lock of a home if it is free. Never waits.
 *
 * @param as what the file says of its holder, beside the process id
 * @returns undefined when another process holds it
 * @throws FSIGK_HOME_NOT_WRITABLE
 */
export function tryLockHome(home: Home, as: LockHolder): Disposable | undefined {
  const fd = openLockFile(home)
  try {
    if (tryLockFile(fd)) {
      ftruncateSync(fd)
      writeSync(fd, `${as} ${process.pid}\n`)
      return { [Symbol.dispose]: () => closeSync(fd) }
    }
  } catch (error) {
    closeSync(fd)
    throw error
  }
  closeSync(fd)
  return undefined
}

/** Who holds the lock of a home, as far as the file tells. That is for people: the lock itself is the system's. */
export function lockHolder(home: Home): { readonly holder?: LockHolder; readonly pid: number; readonly text: string } {
  const [, holder, pid] = /^(gateway|command) (\d+)\n$/.exec(readLockFile(home)) ?? []
  if (pid === undefined) return { pid: 0, text: 'process unknown' }
  return { holder: holder as LockHolder, pid: Number(pid), text: `process ${pid}` }
}

function readLockFile(home: Home): string {
  try {
    return readFileSync(home.lockFile, 'utf8')
  } catch {
    return ''
  }
}

function openLockFile(home: Home): number {
  try {
    // Not truncated when opened: it may still tell who holds it.
    return openSync(home.lockFile, 'a+', 0o600)
  } catch (cause) {
    throw fail('FSIGK_HOME_NOT_WRITABLE', [home.path, problemOf(cause)], { cause })
  }
}
