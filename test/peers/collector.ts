/** A web server that keeps what it is sent, and answers `kept`. */
import { startWebOrigin, type WebOrigin } from '@fsigk/testing'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: Buffer
}

export type Collector = WebOrigin & { readonly received: readonly Received[] }

/** @param paths on which it listens; others are 404 */
export async function startCollector(...paths: readonly string[]): Promise<Collector> {
  const received: Received[] = []
  const origin = await startWebOrigin(
    Object.fromEntries(
      paths.map((path) => [
        path,
        async (request, response) => {
          const chunks: Buffer[] = []
          for await (const chunk of request) chunks.push(chunk as Buffer)
          const { method = '', url = '', headers } = request
          received.push({ method, url, headers, body: Buffer.concat(chunks) })
          response.end('kept')
        },
      ]),
    ),
  )
  return Object.assign(origin, { received })
}
