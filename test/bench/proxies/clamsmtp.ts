import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freePort } from '@fsigk/testing'
import { startServer } from '../harness/child.js'
import { PROXY_PROCESSOR } from '../harness/processors.js'
import { programPath } from '../harness/programs.js'
import type { Clamd } from './clamd.js'
import type { MailProxy } from './mail-proxy.js'

/** Debian's clamsmtp before this mail server, as its own configuration has it. */
export async function startClamsmtp(folder: string, clamd: Clamd, nextHop: number): Promise<MailProxy> {
  const spool = join(folder, 'spool')
  await mkdir(spool, { recursive: true })
  // clamd may be another user, and is told paths.
  for (const each of [dirname(folder), folder]) await chmod(each, 0o711)
  await chmod(spool, 0o777)
  const port = await freePort()
  const config = join(folder, 'clamsmtpd.conf')
  await writeFile(
    config,
    [
      `OutAddress: 127.0.0.1:${nextHop}`,
      `Listen: 127.0.0.1:${port}`,
      `ClamAddress: ${clamd.socket}`,
      `TempDirectory: ${spool}`,
      `PidFile: ${join(folder, 'clamsmtpd.pid')}`,
      '',
    ].join('\n'),
  )
  const command = [programPath('clamsmtpd'), '-f', config, '-d', '1'] as const
  const child = await startServer(PROXY_PROCESSOR, command, port)
  return {
    name: 'clamsmtp',
    port,
    pid: child.pid,
    servants: [clamd.pid],
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}
