/** Debian's dovecot with a mailbox (a Maildir) for each user, made here; any user, one password. */
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, temporaryFolder } from '@fsigk/testing'
import { startProgram } from './daemon.js'

export const DOVECOT_PASSWORD = 'a-secret'

export interface Dovecot extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Puts messages into the mailbox of a user, in this order. */
  put(user: string, messages: readonly (Buffer | string)[]): Promise<void>
  /** How many messages are in it. */
  count(user: string): Promise<number>
}

/** Who owns the mails: dovecot gives none to root. */
const OWNER = 'nobody'

export interface DovecotOptions {
  /** Lines of dovecot.conf over those made here. With them its port is 110 of all addresses, unless they say otherwise. */
  readonly lines?: string
  /** A command that becomes the program when it has done its part: `['ip', 'netns', 'exec', 'name']`. */
  readonly under?: readonly string[]
}

export async function startDovecot({ lines, under = [] }: DovecotOptions = {}): Promise<Dovecot> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryFolder('dovecot')).path
  // Its processes run as several users.
  await chmod(folder, 0o755)
  const [uid, gid] = ['-u', '-g'].map((option) => Number(execFileSync('id', [option, OWNER])))
  const port = lines === undefined ? await freePort() : 110
  const path = join(folder, 'dovecot.conf')
  const listen = lines === undefined ? '127.0.0.1' : '*'
  await writeFile(path, configuration(folder, listen, port, uid ?? 0, gid ?? 0) + (lines ?? ''))
  const log = join(folder, 'log')
  const serves = async () => (await readFile(log, 'utf8').catch(() => '')).includes('starting up')
  const [program = 'dovecot', ...words] = [...under, 'dovecot', '-F', '-c', path]
  resources.use(await startProgram(serves, program, ...words))
  const foldersOf = (user: string) => ['tmp', 'new', 'cur'].map((each) => join(folder, 'mail', user, each))
  const kept = resources.move()
  return {
    host: '127.0.0.1',
    port,
    async put(user, messages) {
      for (const each of foldersOf(user)) await mkdir(each, { recursive: true })
      const [, arrived = ''] = foldersOf(user)
      for (const [at, message] of messages.entries()) {
        const lines = Buffer.from(message as string)
          .toString('latin1')
          .replaceAll('\r\n', '\n')
        await writeFile(join(arrived, `17000000${String(at).padStart(2, '0')}.M${at}.host`), lines, 'latin1')
      }
      execFileSync('chown', ['-R', `${uid}:${gid}`, join(folder, 'mail')])
    },
    async count(user) {
      const [, arrived = '', seen = ''] = foldersOf(user)
      return (await readdir(arrived)).length + (await readdir(seen)).length
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

function configuration(folder: string, listen: string, port: number, uid: number, gid: number): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = pop3
listen = ${listen}
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 apop
mail_location = maildir:${folder}/mail/%u
first_valid_uid = 1
mail_fsync = never
passdb {
  driver = static
  args = password=${DOVECOT_PASSWORD}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail/%u
}
service pop3-login {
  inet_listener pop3 {
    port = ${port}
  }
  inet_listener pop3s {
    port = 0
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`
}
