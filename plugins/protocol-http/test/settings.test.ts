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

/** Guide 7.1.1.1, in its order. */
const guide = {
  http_service: true,
  svcport: '9080',
  self_proxy: false,
  parent_server_host: '',
  parent_server_port: 8080,
  virus_check: true,
  action: 'delete',
  notify_admin: false,
  quarantine: false,
  proxyauth_pam_auth: false,
  pre_spawn: 2000,
  acl_from: true,
  acl_to: false,
  pass_user_agent: false,
  pass_user_agent_list: '',
  acl_pass_to: false,
  pass_ext: false,
  pass_ext_list: '',
  pass_filesize: false,
  pass_filesize_len: 10_000_000,
  reverselookup: false,
  vsd_scantimeout: 90,
  virus_check_post: false,
  riskware_check: false,
  pass_riskware: '',
  keepalive: true,
  keepalive_timeout: 15,
  anonymous: false,
  transparent: false,
}

test('the section has every setting of the guide, with its default', () => {
  assert.equal(schema.title, 'http')
  for (const [name, initial] of Object.entries(guide)) assert.deepEqual(schema.properties[name]?.default, initial, name)
})

test('every setting has a label and a help in both languages, and every number a unit', () => {
  for (const [name, property] of Object.entries(schema.properties)) {
    const about = property['x-fsigk'] as { label: Record<string, string>; help: Record<string, string>; unit?: string }
    for (const text of [about.label, about.help]) assert.ok(text['en'] && text['ja'], name)
    if (typeof property.default === 'number' && !name.endsWith('_port')) assert.ok(about.unit, name)
  }
})
