/** The scanner at work in a whole gateway: real downloads through its HTTP proxy. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { download, startTestGateway, startWebOrigin } from '@fsigk/testing'
import { ID, SECTION } from '../src/names.js'

const PACKAGE = join(import.meta.dirname, '..', '..')

test('a download with a marker is blocked and logged, and settings take effect at once', async () => {
  await using origin = await startWebOrigin({
    '/good': 'nothing to see here',
    '/bad': 'it holds the SAMPLE-MALWARE-MARKER',
    '/other': 'it holds ANOTHER-MARKER',
  })
  await using gateway = await startTestGateway({
    pluginFolders: [PACKAGE],
    settings: { 'plugins.scanners': ID },
  })
  assert.equal((await download(gateway, `${origin.url}/good`)).status, 200)
  assert.equal((await download(gateway, `${origin.url}/other`)).status, 200)
  const blocked = await download(gateway, `${origin.url}/bad`)
  assert.equal(blocked.status, 403)
  assert.ok(!blocked.body.includes('SAMPLE-MALWARE-MARKER'), 'the page does not repeat the content')
  const { detection } = await gateway.accessLine('/bad')
  assert.equal(detection.name, 'Sample/Marker')

  await gateway.set({ [`${SECTION}.markers`]: 'ANOTHER-MARKER', [`${SECTION}.threat`]: 'Sample/Another' })
  assert.equal((await download(gateway, `${origin.url}/other`)).status, 403)
  assert.equal((await download(gateway, `${origin.url}/bad?again`)).status, 200)
})
