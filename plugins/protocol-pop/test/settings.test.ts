import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingsSchema } from '@fsigk/plugin-api'
import plugin from '../src/index.js'

const schema = settingsSchema(plugin.section, plugin.settings) as {
  readonly title: string
  readonly properties: Readonly<
    Record<string, { readonly default: unknown; readonly 'x-fsigk': Record<string, unknown> }>
  >
}

/** Guide 7.1.1.3, in its order. */
const guide = {
  pop_service: false,
  svcport: '9110',
  parent_server_host: '',
  parent_server_port: 110,
  virus_check: true,
  action: 'delete',
  notify_admin: false,
  quarantine: false,
  spam_check: false,
  spam_action: 'pass',
  spam_notify_admin: false,
  spam_quarantine: false,
  self_proxy: false,
  proxyauth_pam_account: false,
  pre_spawn: 2000,
  acl_from: true,
  acl_to: false,
  reverselookup: false,
  block_activex: false,
  block_script: false,
  block_partial_message: false,
  block_encrypted: false,
  block_ext: false,
  block_ext_list: '',
  pass_ext: false,
  pass_ext_list: '',
  pass_filesize: false,
  virus_check_text: true,
  vsd_scantimeout: 90,
  riskware_check: false,
  pass_riskware: '',
  transparent: false,
}

test('the section has every setting of the guide, with its default [POP-01]', () => {
  assert.equal(schema.title, 'pop')
  for (const [name, initial] of Object.entries(guide)) assert.deepEqual(schema.properties[name]?.default, initial, name)
})

test('every setting has a label and a help in both languages, and every number a unit', () => {
  for (const [name, property] of Object.entries(schema.properties)) {
    const about = property['x-fsigk'] as { label: Record<string, string>; help: Record<string, string>; unit?: string }
    for (const text of [about.label, about.help]) assert.ok(text['en'] && text['ja'], name)
    if (typeof property.default === 'number' && !name.endsWith('_port')) assert.ok(about.unit, name)
  }
})
