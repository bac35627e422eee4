import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { MARKER } from '../proxies/clamd.js'
import type { RunningProxy } from '../proxies/running-proxy.js'
import type { Origin } from './origin.js'

const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join('')

/**
 * Makes sure that a proxy scans what it is measured with: a body like those of the load, with something in it that is to
 * be found, must not come through. @throws when it does
 */
export async function mustDetect(proxy: RunningProxy, origin: Origin, bytes: number): Promise<void> {
  const isEmbedded = proxy.name === 'fsigk'
  const found = Buffer.from(isEmbedded ? EICAR : MARKER, 'latin1')
  const name = isEmbedded ? 'marked.com' : 'marked.bin'
  await writeFile(join(origin.folder, name), isEmbedded ? found : Buffer.concat([randomBytes(bytes), found]))
  const url = origin.url(name)
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const request = get({ port: proxy.port, host: '127.0.0.1', path: url, headers: { Host: new URL(url).host } })
  request.on('error', reject).on('response', (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)))
  })
  if ((await promise).includes(found)) throw new Error(`${proxy.name} lets through what it should find`)
}
