import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTestGateway, until } from '@fsigk/testing'
import { type BrowserSite, DOWNLOAD, startBrowserSite } from '../../peers/browser-site.js'
import { type Chromium, openInChromium } from '../../peers/chromium.js'

/** What a page says when everything of it came, and nothing infected. */
const EVERYTHING = {
  script: 'ran',
  color: 'rgb(1, 2, 3)',
  image: '1x1',
  bytes: DOWNLOAD.length,
  infected: 403,
  socket: 'are you there?',
}

/** The saved file. It has a name of its own until it is whole. */
async function saved({ downloads }: Chromium): Promise<Buffer> {
  await until('the download', async () => (await readdir(downloads)).includes('file.bin'), 30_000)
  return await readFile(join(downloads, 'file.bin'))
}

const within = async (site: BrowserSite) =>
  Promise.race([
    site.report,
    new Promise<never>((_, reject) => setTimeout(reject, 60_000, new Error('chromium did not report')).unref()),
  ])

test('chromium through the proxy: scripts, styles, images, a download, WebSocket; nothing infected [HTTP-06, HTTP-25, HTTP-37]', async () => {
  await using site = await startBrowserSite()
  await using gateway = await startTestGateway({
    // Browsers send WebSocket by CONNECT. Whatever else this one would like to reach is refused.
    settings: { 'http.connect_ports': site.port, 'http.acl_to': true, 'access.http_to': '127.0.0.1' },
  })
  await using chromium = await openInChromium(`http://${site.host}:${site.port}/`, gateway.http)
  assert.deepEqual(await within(site), EVERYTHING)
  assert.deepEqual(await saved(chromium), DOWNLOAD)
  for (const path of ['/script.js', '/style.css', '/pixel.gif', '/file.bin '])
    assert.equal((await gateway.accessLine(`:${site.port}${path}`)).detection.result, 'CLEAN')
  assert.equal((await gateway.accessLine('/eicar.com')).detection.result, 'INFECTED')
  const tunnel = await gateway.line('http', 'access', ` CONNECT 127.0.0.1:${site.port} `)
  assert.match(tunnel, /TCP_MISS\/200 .*DETECT-STAT:UNSCANNED/)
})

test('chromium in front of a reverse proxy: the same site, WebSocket by Upgrade [HTTP-05, HTTP-37, NET-05]', async () => {
  await using site = await startBrowserSite()
  await using gateway = await startTestGateway({
    settings: {
      'http.self_proxy': true,
      'http.parent_server_host': site.host,
      'http.parent_server_port': site.port,
      'http.local_to': '',
    },
  })
  await using chromium = await openInChromium(`http://127.0.0.1:${gateway.http.port}/`)
  assert.deepEqual(await within(site), EVERYTHING)
  assert.deepEqual(await saved(chromium), DOWNLOAD)
  assert.deepEqual(site.upgrades, ['websocket'])
  const socket = await gateway.accessLine(`http://127.0.0.1:${gateway.http.port}/socket`)
  assert.deepEqual([socket.status, socket.detection.result], [101, 'UNSCANNED'])
})
