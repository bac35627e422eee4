import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'

export interface Fetched {
  readonly bytes: number
  readonly sha256: string
  readonly seconds: number
  /** From the request to the first byte of the body. */
  readonly firstByteSeconds: number
}

/** Fetches a URL through the proxy on this port of loopback, hashing what comes. @throws when the status is not 200 */
export async function fetchThrough(proxyPort: number, url: string): Promise<Fetched> {
  const began = performance.now()
  const request = get({ port: proxyPort, host: '127.0.0.1', path: url, headers: { Host: new URL(url).host } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`the proxy answered ${response.statusCode}`)
  const hash = createHash('sha256')
  let bytes = 0
  let firstByteSeconds = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (bytes === 0) firstByteSeconds = (performance.now() - began) / 1000
    bytes += chunk.length
    hash.update(chunk)
  }
  return { bytes, sha256: hash.digest('hex'), seconds: (performance.now() - began) / 1000, firstByteSeconds }
}
