import { existsSync, readdirSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@fsigk/testing'
import { type Child, startServer } from '../harness/child.js'
import { PROXY_PROCESSOR } from '../harness/processors.js'
import { programPath } from '../harness/programs.js'

/** More than the connections of any line: squid opens one for each transfer under way. */
const THREADS = 256

export interface Icap extends Child {
  readonly url: string
}

/** c-icap with Debian's virus_scan service, in one process, asking the clamd at `clamdSocket`; all types are scanned. */
export async function startIcap(folder: string, clamdSocket: string): Promise<Icap> {
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o777)
  const port = await freePort()
  const config = join(folder, 'c-icap.conf')
  await writeFile(config, icapConfig(folder, port, clamdSocket))
  const child = await startServer(PROXY_PROCESSOR, [programPath('c-icap'), '-N', '-D', '-f', config], port)
  const url = `icap://127.0.0.1:${port}/virus_scan`
  return { pid: child.pid, url, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}

/** @throws when the modules of Debian's package are not there */
function modulesFolder(): string {
  const folder = readdirSync('/usr/lib')
    .map((name) => join('/usr/lib', name, 'c_icap'))
    .find((each) => existsSync(join(each, 'virus_scan.so')))
  if (folder === undefined) throw new Error('virus_scan.so is missing: apt-get install libc-icap-mod-virus-scan')
  return folder
}

function icapConfig(folder: string, port: number, clamdSocket: string): string {
  const modules = modulesFolder()
  return `
PidFile ${folder}/c-icap.pid
CommandsSocket ${folder}/c-icap.ctl
Port 127.0.0.1:${port}
Timeout 300
MaxKeepAliveRequests -1
KeepAliveTimeout 600
StartServers 1
MaxServers 1
MinSpareThreads 1
MaxSpareThreads ${THREADS}
ThreadsPerChild ${THREADS}
MaxRequestsPerChild 0
ServerAdmin bench@localhost
ServerName localhost
TmpDir ${folder}
MaxMemObject 131072
DebugLevel 0
Pipelining on
ModulesDir ${modules}
ServicesDir ${modules}
TemplateDir /usr/share/c_icap/templates/
TemplateDefaultLanguage en
LoadMagicFile /etc/c-icap/c-icap.magic
ServerLog ${folder}/server.log
AccessLog ${folder}/access.log
Service antivirus_module virus_scan.so
virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE
virus_scan.SendPercentData 5
virus_scan.StartSendPercentDataAfter 2M
virus_scan.MaxObjectSize 5M
virus_scan.PassOnError off
Module common clamd_mod.so
clamd_mod.ClamdSocket ${clamdSocket}
virus_scan.DefaultEngine clamd
`
}
