/** curl as a client of the proxy. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestGateway } from '@fsigk/testing'

export interface CurlResult {
  /** curl's exit code: 0 whole, 18 cut short, 52 empty, 56 reset. */
  readonly code: number
  readonly status: number
  readonly body: Buffer
  /** Header lines of the last response, without its status line. */
  readonly headers: string
  readonly stderr: string
}

/** Fetches through the gateway's HTTP proxy, with curl's own options before the URL. */
export async function curl(gateway: Pick<TestGateway, 'http'>, ...args: readonly string[]): Promise<CurlResult> {
  const proxy = `http://${gateway.http.host}:${gateway.http.port}`
  const child = spawn('curl', ['-sS', '-i', '--max-time', '60', '--suppress-connect-headers', '-x', proxy, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  })
  const out: Buffer[] = []
  let stderr = ''
  child.stdout.on('data', (chunk) => out.push(chunk))
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? -1, stderr, ...lastResponse(Buffer.concat(out)) }
}

/** curl -i prints interim responses before the final one. */
function lastResponse(all: Buffer): { status: number; headers: string; body: Buffer } {
  let rest = all
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1 || !rest.subarray(0, 5).equals(Buffer.from('HTTP/'))) return { status: 0, headers: '', body: rest }
    const head = rest.toString('latin1', 0, end)
    const status = Number(head.split(' ')[1])
    rest = rest.subarray(end + 4)
    if (status >= 200) return { status, headers: head.slice(head.indexOf('\r\n') + 2), body: rest }
  }
}
