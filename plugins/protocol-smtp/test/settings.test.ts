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

/** Guide 7.1.1.2, in its order. */
const guide = {
  smtp_service: false,
  svcport: '9025',
  virus_check: true,
  parent_server_host: '',
  parent_server_port: 25,
  action: 'delete',
  notify_admin: false,
  quarantine: false,
  spam_check: false,
  spam_action: 'pass',
  spam_change_subject_prefix: '[SPAM]',
  spam_notify_admin: false,
  spam_quarantine: false,
  acl_rcpt: false,
  proxymail_auth: false,
  pbs: false,
  pbs_lifetime: 30,
  lan: false,
  lan_parent_server: false,
  lan_parent_server_host: '',
  lan_parent_server_port: 25,
  lan_action: 'deny',
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
  vsd_scantimeout: 90,
  riskware_check: false,
  pass_riskware: '',
  virus_check_text: true,
  anonymous: false,
  transparent: false,
}

test('the section has every setting of the guide, with its default', () => {
  assert.equal(schema.title, 'smtp')
  for (const [name, initial] of Object.entries(guide)) assert.deepEqual(schema.properties[name]?.default, initial, name)
})

test('what nothing reads yet is marked so', () => {
  const marked = Object.entries(schema.properties)
    .filter(([, property]) => property['x-fsigk']['notInUseYet'] === true)
    .map(([name]) => name)
  for (const name of ['proxymail_auth', 'pbs', 'pbs_lifetime', 'transparent', 'riskware_check', 'spam_check'])
    assert.ok(marked.includes(name), name)
})
