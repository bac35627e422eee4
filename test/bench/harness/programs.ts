/** The peers that a bench compares with, installed when they are missing. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Each program and the Debian package that brings it. */
const packages = {
  'c-icap': 'c-icap libc-icap-mod-virus-scan',
  clamd: 'clamav-daemon',
  clamsmtpd: 'clamsmtp',
  nginx: 'nginx-light',
  squid: 'squid',
  taskset: 'util-linux',
  wrk: 'wrk',
} as const

export type Program = keyof typeof packages

/** Path of a program. @throws when it is not there */
export function programPath(program: Program): string {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin']
  const path = folders.map((folder) => join(folder, program)).find((each) => existsSync(each))
  if (path === undefined) throw new Error(`${program} is missing: apt-get install ${packages[program]}`)
  return path
}

/** Installs what is missing by apt-get. @throws when it cannot, saying what to install */
export function needPrograms(programs: readonly Program[]): void {
  const missing = programs.filter((program) => !isThere(program)).flatMap((program) => packages[program].split(' '))
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) throw new Error(`This needs Debian packages: apt-get install ${missing.join(' ')}`)
  // Debian starts a service as it is installed unless told otherwise; these peers run for the bench alone.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  for (const args of [
    ['update', '-qq'],
    ['install', '-qq', '-y', '--no-install-recommends', ...missing],
  ]) {
    const { status } = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env })
    if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed`)
  }
}

function isThere(program: Program): boolean {
  try {
    return programPath(program) !== ''
  } catch {
    return false
  }
}
