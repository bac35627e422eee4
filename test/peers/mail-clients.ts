/** Programs that send mail as their users run them: swaks, msmtp, curl, and smtp-source of postfix. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandResult, runCommand, temporaryFolder } from '@fsigk/testing'
import type { NetworkHost } from './network.js'

export interface Server {
  readonly host: string
  readonly port: number
}

export interface Sending {
  readonly from: string
  readonly to: readonly string[]
  /** Header and body; lines end with LF. */
  readonly message: string
}

export interface SwaksResult {
  /** 0 when the server took the message. */
  readonly code: number
  /** Every line that the server said, in order. */
  readonly replies: readonly string[]
  readonly transcript: string
}

/** @param args more of its command line: `'--pipeline'`, `'--quit-after', 'RCPT'` */
export function swaks(server: Server, sending: Sending, ...args: readonly string[]): Promise<SwaksResult> {
  return swaksOn({ run: (program, ...words) => runCommand(program, words) }, server, sending, ...args)
}

/** The same on a host of a network. */
export async function swaksOn(
  host: Pick<NetworkHost, 'run'>,
  server: Server,
  sending: Sending,
  ...args: readonly string[]
): Promise<SwaksResult> {
  const { code, stdout, stderr } = await withFile(sending.message, (file) =>
    host.run(
      'swaks',
      ...['--server', server.host, '--port', `${server.port}`, '--from', sending.from, '--to', sending.to.join(',')],
      ...['--helo', 'client.example', '--data', `@${file}`, ...args],
    ),
  )
  const replies = [...stdout.matchAll(/^<(?:-|\*\*|~) +(.*)$/gm)].map(([, reply = '']) => reply.trimEnd())
  return { code, replies, transcript: stdout + stderr }
}

export function msmtp(server: Server, { from, to, message }: Sending): Promise<CommandResult> {
  const options = ['--file=/dev/null', `--host=${server.host}`, `--port=${server.port}`, '--tls=off', '--auth=off']
  return withFile(message, (file) =>
    runCommand('sh', ['-c', 'exec msmtp "$@" < "$0"', file, ...options, `--from=${from}`, '--', ...to]),
  )
}

export function curlMail(server: Server, { from, to, message }: Sending): Promise<CommandResult> {
  return withFile(message, (file) =>
    runCommand('curl', [
      ...['-sSv', '--noproxy', '*', '--crlf', `smtp://${server.host}:${server.port}/client.example`],
      ...['--mail-from', from, ...to.flatMap((each) => ['--mail-rcpt', each]), '--upload-file', file],
    ]),
  )
}

/** @param args of smtp-source(1): `'-s', '8', '-m', '100', '-l', '80000'` */
export function smtpSource(server: Server, ...args: readonly string[]): Promise<CommandResult> {
  return runCommand('/usr/sbin/smtp-source', [...args, `${server.host}:${server.port}`])
}

async function withFile<Result>(text: string, use: (path: string) => Promise<Result>): Promise<Result> {
  await using folder = await temporaryFolder('message')
  const path = join(folder.path, 'message')
  await writeFile(path, text, 'latin1')
  return await use(path)
}
