/** Load by wrk: keep-alive connections that ask a proxy for one absolute URI, again and again. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LOAD_PROCESSOR } from './processors.js'
import { programPath } from './programs.js'

export interface Load {
  readonly requests: number
  readonly seconds: number
  readonly p99Ms: number
  /** Connections that failed, time-outs, and answers that are not 2xx or 3xx. */
  readonly errors: number
}

const SCRIPT = `
function init(args)
  wrk.headers["Host"] = args[2]
  wrk.headers["User-Agent"] = "wrk"
  request_bytes = wrk.format("GET", args[1])
end
function request() return request_bytes end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"seconds":%f,"p99Ms":%f,"errors":%d}\\n', summary.requests,
    summary.duration / 1e6, latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.timeout + e.status))
end
`

/** Asks the proxy on this port of loopback for `url` over so many connections for so long. */
export async function load(
  folder: string,
  proxyPort: number,
  url: string,
  connections: number,
  seconds: number,
): Promise<Load> {
  const script = join(folder, 'load.lua')
  await writeFile(script, SCRIPT)
  const child = spawn(
    programPath('taskset'),
    [
      ...['-c', String(LOAD_PROCESSOR), programPath('wrk')],
      ...['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script],
      ...[`http://127.0.0.1:${proxyPort}`, '--', url, new URL(url).host],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  await once(child, 'close')
  const result = /^RESULT (.*)$/m.exec(output)?.[1]
  if (result === undefined) throw new Error(`wrk failed:\n${output}`)
  return JSON.parse(result) as Load
}
