/** Load by wrk: connections that ask a proxy for absolute URIs, each a request when it has the answer to the one before. */
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

export interface LoadOptions {
  readonly proxyPort: number
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** A new connection for each request. */
  readonly close?: boolean
  /** Numbers are put behind `url`: with this share (0 to 1) one of 1…`known`, else one from `fresh` on, each once. */
  readonly numbers?: { readonly share: number; readonly known: number; readonly fresh: number }
}

/** Arguments: URL, Host, `close` or `keep`, share, known, fresh; the last three are 0 when URLs have no numbers. */
const SCRIPT = `
local before, after, share, known, fresh
function init(args)
  wrk.headers["Host"] = args[2]
  wrk.headers["User-Agent"] = "wrk"
  if args[3] == "close" then wrk.headers["Connection"] = "close" end
  share, known, fresh = tonumber(args[4]), tonumber(args[5]), tonumber(args[6])
  math.randomseed(fresh)
  local text = wrk.format("GET", args[1] .. "%")
  local at = text:find("%", 1, true)
  before, after = text:sub(1, at - 1), text:sub(at + 1)
  if fresh == 0 then before = before .. after end
end
function request()
  if fresh == 0 then return before end
  if math.random() < share then return before .. math.random(known) .. after end
  fresh = fresh + 1
  return before .. fresh .. after
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"seconds":%f,"p99Ms":%f,"errors":%d}\\n', summary.requests,
    summary.duration / 1e6, latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.timeout + e.status))
end
`

/** Asks the proxy on this port of loopback. @param folder where the script is put */
export async function load(folder: string, options: LoadOptions): Promise<Load> {
  const { proxyPort, url, connections, seconds, close = false } = options
  const { share, known, fresh } = options.numbers ?? { share: 0, known: 0, fresh: 0 }
  const script = join(folder, 'load.lua')
  await writeFile(script, SCRIPT)
  const child = spawn(
    programPath('taskset'),
    [
      ...['-c', String(LOAD_PROCESSOR), programPath('wrk')],
      ...['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script],
      ...[`http://127.0.0.1:${proxyPort}`, '--', url, new URL(url).host, close ? 'close' : 'keep'],
      ...[share, known, fresh].map(String),
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
