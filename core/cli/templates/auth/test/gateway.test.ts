/** The plugin in a whole gateway: found, in order, and set by the gateway's own settings. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTestGateway } from '@fsigk/testing'
import { ID, SECTION } from '../src/names.js'

const PACKAGE = join(import.meta.dirname, '..', '..')

test('a gateway takes the authenticator in, and its settings are settings like any other', async () => {
  await using gateway = await startTestGateway({ pluginFolders: [PACKAGE], settings: { 'plugins.authenticators': ID } })
  const { plugins } = await gateway.status()
  const plugin = plugins.find(({ id }) => id === ID)
  assert.equal(plugin?.kind, 'auth')
  assert.equal(plugin.problem, undefined)
  await gateway.set({ [`${SECTION}.accounts`]: 'ann:00:00' })
  await assert.rejects(gateway.set({ [`${SECTION}.accounts`]: 'x'.repeat(65_537) }), /accounts/)
})
