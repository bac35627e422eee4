/** A drill's client of the HTTP proxy. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'

/** What a client meets. */
export interface Met {
  /** In the protocol's words: `HTTP/1.1 503 Service Unavailable`. */
  readonly meets: string
  /** Further words that say what to do: `Retry-After`. */
  readonly fields: Readonly<Record<string, string>>
  /** The beginning of what it reads. */
  readonly body: string
}

const LIMIT_MS = 30_000
const MAX_BODY_BYTES = 65_536

/** @throws what the connection fails by */
export async function askByHttp(
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
