import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { recognisableBody, scannerThatFindsNothing, startTestGateway, until } from '@fsigk/testing'
import { openInChromium } from '../../peers/chromium.js'
import { startPausingOrigin } from '../../peers/pausing-origin.js'

const LIMIT_MS = 30_000

/** In a line of access.log, after the URL. */
const PAGE = /\/long - \S+ text\/html .* PROTOCOL-STAT:PROGRESS::/

test('chromium waits at the page of a long download, and saves the file when it may pass [HTTP-26]', async () => {
  await using gateway = await startTestGateway({
    scanners: [scannerThatFindsNothing],
    settings: { 'http.progress': true, 'http.progress_delay': 1 },
  })
  const body = recognisableBody(500_000)
  await using origin = await startPausingOrigin(body, 100_000, {
    fields: 'Content-Disposition: attachment; filename="long.bin"\r\n',
  })
  await using chromium = await openInChromium(`${origin.url}/long`, gateway.http)
  // The page, and then again, by itself.
  await until('the page', async () => (await gateway.log('http', 'access')).split(PAGE).length > 2, LIMIT_MS)
  origin.goOn()
  await until('the file', async () => (await readdir(chromium.downloads)).includes('long.bin'), LIMIT_MS)
  assert.ok((await readFile(join(chromium.downloads, 'long.bin'))).equals(body))
})
