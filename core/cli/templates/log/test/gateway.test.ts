/** The sink at work in a whole gateway: the lines of real downloads reach a real log server. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { download, startTestGateway, startWebOrigin, until } from '@fsigk/testing'
import { ID, SECTION } from '../src/names.js'
import { startDestination } from './destination.js'

const PACKAGE = join(import.meta.dirname, '..', '..')

test('lines reach the log server, and another one as soon as the settings name it', async () => {
  await using origin = await startWebOrigin({ '/one': 'a body', '/two': 'a body' })
  await using first = await startDestination()
  await using second = await startDestination()
  await using gateway = await startTestGateway({
    pluginFolders: [PACKAGE],
    settings: { 'plugins.log_sinks': ID, [`${SECTION}.port`]: first.port },
  })
  await download(gateway, `${origin.url}/one`)
  await until('the first line arrives', async () => /^http access \S.*\/one/m.test(await first.received()))

  await gateway.set({ [`${SECTION}.port`]: second.port })
  await download(gateway, `${origin.url}/two`)
  await until('the second line arrives', async () => /^http access \S.*\/two/m.test(await second.received()))
  await assert.rejects(gateway.set({ [`${SECTION}.port`]: 0 }), /\.port/)
})
