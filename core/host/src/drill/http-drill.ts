/** A drill of the HTTP proxy: an origin with a file for each cause, and a client that asks for one. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { startDrillOrigin } from './drill-origin.js'
import type { Met, ServiceDrill } from './service-drill.js'

const LIMIT_MS = 30_000
const MAX_BODY_BYTES = 65_536

export async function startHttpDrill(): Promise<ServiceDrill> {
  const origin = await startDrillOrigin()
  return {
    settings: {},
    ask: (service, { name, range }) => askByHttp(service, `${origin.url}/${name}`, range),
    inLine: ({ name }) => ` ${origin.url}/${name} `,
    [Symbol.asyncDispose]: () => origin[Symbol.asyncDispose](),
  }
}

async function askByHttp(
  { address, port }: { readonly address: string; readonly port: number },
  url: string,
  range: string | undefined,
): Promise<Met> {
  const request = get({
    host: address,
    port,
    path: url,
    agent: false,
    signal: AbortSignal.timeout(LIMIT_MS),
    headers: { Host: new URL(url).host, 'User-Agent': 'fsigk-drill', ...(range !== undefined && { Range: range }) },
  })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const retryAfter = response.headers['retry-after']
  const contentRange = response.headers['content-range']
  return {
    meets: `HTTP/${response.httpVersion} ${response.statusCode} ${response.statusMessage}`,
    fields: {
      ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
      ...(contentRange !== undefined && { 'Content-Range': contentRange }),
    },
    body: await beginningOf(response),
  }
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    if (text.length >= MAX_BODY_BYTES) break
  }
  return text
}
