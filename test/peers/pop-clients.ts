/** Programs that fetch mail as their users run them: fetchmail, getmail, mpop, curl, and Python's poplib. */
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandResult, runCommand, temporaryFolder } from '@fsigk/testing'

export interface PopAccount {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

export interface Fetching {
  /** Whether the messages stay at the server. */
  readonly keep: boolean
}

/** What a program fetched: each message as it stored it, and how it ended. */
export interface Fetched {
  readonly messages: readonly string[]
  readonly code: number
  /** What it said, for when a test fails. */
  readonly said: string
}

export type FetchMail = (account: PopAccount, fetching: Fetching) => Promise<Fetched>

/** @param protocol `pop3`, or `apop` for a login by that */
export const fetchmail =
  (protocol = 'pop3'): FetchMail =>
  ({ host, port, user, password }, { keep }) =>
    inFolder(async (folder) => {
      const delivered = join(folder, 'delivered')
      await mkdir(delivered)
      const rc = join(folder, 'fetchmailrc')
      const mda = `sh -c 'cat > $(mktemp ${delivered}/XXXXXX)'`
      await writeFile(
        rc,
        `poll ${host} service ${port} protocol ${protocol} uidl\n user "${user}" password "${password}" is "root" here\n` +
          ` ${keep ? 'keep' : 'nokeep'} sslproto "" mda "${mda}"\n`,
        { mode: 0o600 },
      )
      const options = ['--nodetach', '--nosyslog', '-v', '--pidfile', join(folder, 'pid')]
      const result = await runCommand('fetchmail', ['-f', rc, ...options, '--idfile', join(folder, 'ids')], {
        env: { FETCHMAILHOME: folder },
      })
      return fetched(result, await filesIn(delivered))
    })

const SOMEBODY = 'nobody'

export const getmail: FetchMail = ({ host, port, user, password }, { keep }) =>
  inFolder(async (folder) => {
    const maildir = await emptyMaildir(folder)
    const rc = join(folder, 'getmailrc')
    await writeFile(
      rc,
      `[retriever]\ntype = SimplePOP3Retriever\nserver = ${host}\nport = ${port}\nusername = ${user}\npassword = ${password}\n` +
        `[destination]\ntype = Maildir\npath = ${maildir}/\nuser = ${SOMEBODY}\n` +
        `[options]\nread_all = true\ndelete = ${!keep}\nverbose = 2\n`,
      { mode: 0o600 },
    )
    // As root, it delivers only as somebody else.
    await chmod(folder, 0o755)
    await runCommand('chown', ['-R', SOMEBODY, maildir])
    const result = await runCommand('getmail', ['--getmaildir', folder, '--rcfile', rc])
    return fetched(result, await filesIn(join(maildir, 'new')))
  })

/** @param auth `user`, `plain` or `cram-md5`, as of mpop(1) */
export function mpop(auth = 'user'): FetchMail {
  return ({ host, port, user, password }, { keep }) =>
    inFolder(async (folder) => {
      const maildir = await emptyMaildir(folder)
      const result = await runCommand('mpop', [
        ...['--file=/dev/null', `--host=${host}`, `--port=${port}`, '--tls=off', `--auth=${auth}`, `--user=${user}`],
        ...[`--passwordeval=echo ${password}`, `--keep=${keep ? 'on' : 'off'}`, '--pipelining=on', '--debug'],
        ...[`--uidls-file=${join(folder, 'uidls')}`, `--delivery=maildir,${maildir}`],
      ])
      return fetched(result, await filesIn(join(maildir, 'new')))
    })
}

/** A session for the list, for each message, and for each deletion. */
export const curlPop: FetchMail = async ({ host, port, user, password }, { keep }) => {
  const url = `pop3://${host}:${port}/`
  const curl = (path: string, ...options: readonly string[]) =>
    runCommand('curl', ['-sSv', '--noproxy', '*', '--user', `${user}:${password}`, ...options, `${url}${path}`])
  const list = await curl('')
  const numbers = list.stdout.split('\n').flatMap((line) => /^(\d+) \d+/.exec(line)?.[1] ?? [])
  const messages: string[] = []
  let { code, stderr: said } = list
  for (const number of numbers) {
    const message = await curl(number)
    messages.push(message.stdout)
    code ||= message.code
    said += message.stderr
  }
  // From the last to the first: a session each, in which they are counted anew.
  for (const number of keep ? [] : numbers.toReversed()) {
    const deleted = await curl(number, '-X', 'DELE', '-I')
    code ||= deleted.code
    said += deleted.stderr
  }
  return { messages, code, said }
}

const POPLIB = `
import json, poplib, sys
host, port, user, password, keep = sys.argv[1:]
box = poplib.POP3(host, int(port), timeout=60)
box.user(user)
box.pass_(password)
sizes = [line.split() for line in box.list()[1]]
messages = []
for number, _ in sizes:
    _, lines, octets = box.retr(int(number))
    messages.append((b'\\r\\n'.join(lines) + b'\\r\\n').decode('latin1'))
    if keep == 'no':
        box.dele(int(number))
box.quit()
print(json.dumps(messages))
`

export const poplib: FetchMail = async ({ host, port, user, password }, { keep }) => {
  const args = [host, `${port}`, user, password, keep ? 'yes' : 'no']
  const result = await runCommand('/usr/bin/python3', ['-c', POPLIB, ...args])
  return { ...fetched(result, []), messages: result.code === 0 ? (JSON.parse(result.stdout) as string[]) : [] }
}

function fetched({ code, stdout, stderr }: CommandResult, messages: readonly string[]): Fetched {
  return { messages, code, said: stdout + stderr }
}

async function emptyMaildir(folder: string): Promise<string> {
  const maildir = join(folder, 'maildir')
  for (const each of ['tmp', 'new', 'cur']) await mkdir(join(maildir, each), { recursive: true })
  return maildir
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).toSorted()
  return await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')))
}

async function inFolder(use: (folder: string) => Promise<Fetched>): Promise<Fetched> {
  await using folder = await temporaryFolder('fetching')
  return await use(folder.path)
}
