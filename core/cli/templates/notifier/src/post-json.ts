import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

/**
 * Posts a value, on a connection of its own that is closed afterwards.
 *
 * @returns the status of the answer
 * @throws when the address is no http(s) URL, nobody answers there, or the signal is aborted
 */
export async function postJson(address: string, value: unknown, signal: AbortSignal): Promise<number> {
  const url = URL.parse(address)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw new TypeError(`'${address}' is no http(s) URL`)
  const body = Buffer.from(JSON.stringify(value))
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    agent: false,
    signal,
    headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
  })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end', { signal })
  return response.statusCode ?? 0
}
