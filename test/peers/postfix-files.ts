/** The folder of one postfix: main.cf, master.cf, its queue, and the maildir `mail/all` that mail is kept in. */
import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const NOBODY = 65_534

export interface PostfixOptions {
  /** Mail for whomever at these domains is kept. */
  readonly domains: readonly string[]
  /** Where all other mail goes, instead of to its domain's own servers (`relayhost`). */
  readonly relayTo?: { readonly host: string; readonly port: number }
  /** Lines of main.cf over those made here: `['mynetworks=192.168.0.99,192.168.1.0/24']`. */
  readonly main?: readonly string[]
  /** Lines of master.cf for who listens, instead of a free port of 127.0.0.1: `['9025 inet n - n - - smtpd']`. */
  readonly listens?: readonly string[]
  /** A command that becomes the program when it has done its part: `['ip', 'netns', 'exec', 'name']`. */
  readonly under?: readonly string[]
}

/** @param port of 127.0.0.1 that it listens on when not told otherwise */
export async function writePostfixFiles(folder: string, port: number, options: PostfixOptions): Promise<void> {
  // Its programs run as users of their own.
  await chmod(folder, 0o755)
  const etc = join(folder, 'etc')
  for (const name of ['etc', 'spool', 'data', 'mail']) await mkdir(join(folder, name))
  await chown(join(folder, 'mail'), NOBODY, NOBODY)
  await writeFile(join(etc, 'main.cf'), lines([...mainLines(folder, options), ...(options.main ?? [])]))
  const listens = options.listens ?? [`127.0.0.1:${port} inet n - n - - smtpd`]
  await writeFile(join(etc, 'master.cf'), lines([...listens, ...masterLines]))
  await promisify(execFile)('sh', ['-ec', MAKE_QUEUE], { cwd: folder })
}

/** As `postfix check` makes it, which takes seconds. */
const MAKE_QUEUE = `
  mkdir spool/pid spool/maildrop spool/public
  for name in active bounce corrupt defer deferred flush hold incoming private saved trace; do
    mkdir -m 700 spool/$name
    chown postfix spool/$name
  done
  chown postfix data
  chown postfix:postdrop spool/maildrop spool/public
  chmod 730 spool/maildrop
  chmod 710 spool/public
`

const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('')

function mainLines(folder: string, { domains, relayTo }: PostfixOptions): readonly string[] {
  return [
    'compatibility_level = 3.6',
    `queue_directory = ${folder}/spool`,
    `data_directory = ${folder}/data`,
    `maillog_file = ${folder}/log`,
    `maillog_file_prefixes = ${folder}`,
    `myhostname = mail.${domains[0]}`,
    'mydestination =',
    `myorigin = ${domains[0]}`,
    'inet_protocols = ipv4',
    'mynetworks = 127.0.0.0/8',
    'smtpd_relay_restrictions = permit_mynetworks reject_unauth_destination',
    `virtual_mailbox_domains = ${domains.join(' ')}`,
    `virtual_mailbox_base = ${folder}/mail`,
    'virtual_mailbox_maps = static:all/',
    `virtual_uid_maps = static:${NOBODY}`,
    `virtual_gid_maps = static:${NOBODY}`,
    // What was sent is kept as it was sent.
    'local_header_rewrite_clients =',
    // A short one is given again to a later mail.
    'enable_long_queue_ids = yes',
    // A mail that could not be sent is tried again at once.
    'minimal_backoff_time = 1s',
    'queue_run_delay = 1s',
    ...(relayTo === undefined
      ? []
      : [`relayhost = [${relayTo.host}]:${relayTo.port}`, 'smtp_dns_support_level = disabled']),
  ]
}

/** As Debian ships it, but nothing in a chroot, and no more than is needed. */
const masterLines = [
  'postlog unix-dgram n - n - 1 postlogd',
  'pickup unix n - n 60 1 pickup',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 1 1 qmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'verify unix - - n - 1 verify',
  'flush unix n - n 1000? 0 flush',
  'proxymap unix - - n - - proxymap',
  'smtp unix - - n - - smtp',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'discard unix - - n - - discard',
  'virtual unix - n n - - virtual',
  'anvil unix - - n - 1 anvil',
  'scache unix - - n - 1 scache',
  'showq unix n - n - - showq',
]
