/** A real rsyslogd on UDP, TCP and two local sockets, which writes what it understood into a file. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort, temporaryFolder } from '@fsigk/testing'

const LIMIT_MS = 60_000

export interface Rsyslog extends AsyncDisposable {
  readonly port: number
  /** A datagram socket whose messages are read by RFC 5424 and RFC 3164. */
  readonly socket: string
  /** What was written so far: `facility.severity app msgid service=… id=… message`, a line each. */
  written(): Promise<string>
}

export async function startRsyslog(): Promise<Rsyslog> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryFolder('rsyslog'))
  const port = await freePort()
  const file = join(folder.path, 'written')
  const socket = join(folder.path, 'log')
  const config = join(folder.path, 'rsyslog.conf')
  await writeFile(
    config,
    `global(workDirectory="${folder.path}" maxMessageSize="64k")
module(load="imudp")
module(load="imtcp")
module(load="imuxsock" SysSock.Use="off")
module(load="mmpstrucdata")
input(type="imudp" address="127.0.0.1" port="${port}")
input(type="imtcp" address="127.0.0.1" port="${port}")
input(type="imuxsock" socket="${socket}" useSpecialParser="off" RateLimit.Interval="0")
action(type="mmpstrucdata")
template(name="understood" type="string" string="%syslogfacility-text%.%syslogseverity-text% %app-name% %msgid% service=%$!rfc5424-sd!fsigk@32473!service% id=%$!rfc5424-sd!fsigk@32473!id% %msg%\\n")
action(type="omfile" file="${file}" template="understood" asyncWriting="off")
`,
  )
  const child = spawn('rsyslogd', ['-n', '-f', config, '-i', join(folder.path, 'pid')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  })
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.on('data', (text) => {
      said += text
    })
  resources.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  })
  const deadline = Date.now() + LIMIT_MS
  while (!(await exists(socket))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`rsyslogd did not start: ${said}`)
    await delay(20)
  }
  const kept = resources.move()
  return {
    port,
    socket,
    written: () => readFile(file, 'utf8').catch(() => ''),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
