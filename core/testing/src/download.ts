import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { TestGateway } from './test-gateway.js'

/** Fetches an `http:` URL through the gateway's HTTP proxy, on a connection of its own. */
export async function download(
  gateway: Pick<TestGateway, 'http'>,
  url: string,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const request = get({ ...gateway.http, path: url, agent: false, headers: { Host: new URL(url).host } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, body: await buffer(response) }
}
