/** core/docs/settings.md says what the catalogue says, and the catalogue has every setting that the guide names. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Catalogue, coreSections, settingsTable } from '@fsigk/config'

const root = new URL('../../../../', import.meta.url)
const page = new URL('core/docs/settings.md', root)

/** Those that ship. */
const plugins = [
  'protocol-http',
  'protocol-smtp',
  'protocol-pop',
  'scanner-signatures',
  'scanner-clamav',
  'log-json',
  'log-syslog',
]

async function wholeCatalogue(): Promise<Catalogue> {
  const schemas = plugins.map(async (name) => {
    return JSON.parse(await readFile(new URL(`plugins/${name}/dist/settings.schema.json`, root), 'utf8'))
  })
  return Catalogue.of([...coreSections, ...(await Promise.all(schemas))])
}

test('settings.md has every setting with type, default, limit, unit, effect and marks', async () => {
  const table = settingsTable(await wholeCatalogue())
  if (process.env['FSIGK_WRITE_DOCS'] === '1') await writeFile(page, table)
  assert.equal(await readFile(page, 'utf8'), table, 'FSIGK_WRITE_DOCS=1 npm test -- settings-table writes it')
})

/** Every name in parentheses of the guide's 7.1, by section; two lists of the guide are access lists of hosts.allow. */
const guideNames: Readonly<Record<string, string>> = {
  http:
    'http_service svcport self_proxy parent_server_host parent_server_port virus_check action notify_admin quarantine ' +
    'proxyauth_pam_auth pre_spawn acl_from acl_to pass_user_agent pass_user_agent_list acl_pass_to pass_ext pass_ext_list ' +
    'pass_filesize pass_filesize_len reverselookup vsd_scantimeout virus_check_post riskware_check pass_riskware keepalive ' +
    'keepalive_timeout anonymous transparent',
  smtp:
    'smtp_service svcport virus_check parent_server_host parent_server_port action notify_admin quarantine spam_check ' +
    'spam_action spam_change_subject_prefix spam_notify_admin spam_quarantine acl_rcpt proxymail_auth pbs pbs_lifetime lan ' +
    'lan_parent_server lan_parent_server_host lan_parent_server_port pre_spawn acl_from acl_to reverselookup block_activex ' +
    'block_script block_partial_message block_encrypted block_ext block_ext_list pass_ext pass_ext_list vsd_scantimeout ' +
    'riskware_check pass_riskware virus_check_text virus_check_wholehtml anonymous transparent block_messagesize ' +
    'block_messagesize_len block_maxnested block_scantimeout block_filesize access_log detect_log error_log info_log',
  pop:
    'pop_service svcport parent_server_host parent_server_port virus_check action notify_admin quarantine spam_check ' +
    'spam_action spam_change_subject_prefix spam_notify_admin spam_quarantine self_proxy proxyauth_pam_account pre_spawn ' +
    'acl_from acl_to reverselookup block_activex block_script block_partial_message block_encrypted block_ext block_ext_list ' +
    'pass_ext pass_ext_list vsd_scantimeout riskware_check pass_riskware virus_check_text virus_check_wholehtml transparent',
  ftp:
    'ftp_service svcport parent_server_host parent_server_port virus_check action notify_admin quarantine self_proxy ' +
    'proxyauth_pam_account pre_spawn acl_from acl_to reverselookup acl_pass_to pass_ext pass_ext_list pass_filesize ' +
    'pass_filesize_len vsd_scantimeout riskware_check pass_riskware transparent',
  common: 'admin_mailaddr admin_mx_host admin_mx_port admin_notification_id tmpdir quarantine_dir product_name',
  spam: 'spam_commtouch spam_rbl spam_rbl_list spam_surbl spam_surbl_list',
  definitions:
    'use_proxy http_proxy_host http_proxy_port http_proxyauth http_proxyauth_user http_proxyauth_pass updateurl',
  access:
    'http_from http_to http_pass_to smtp_from smtp_to smtp_rcpt smtp_lan pop_from pop_to ftp_from ftp_to ftp_pass_to spam_rbl_pass',
  template: 'http http_error smtp smtp_lan pop admin',
}

test('every setting that the guide names is in the catalogue', async () => {
  const catalogue = await wholeCatalogue()
  const missing = Object.entries(guideNames)
    .flatMap(([section, names]) => names.split(' ').map((name) => `${section}.${name}`))
    .filter((key) => catalogue.find(key) === undefined)
  assert.deepEqual(missing, [])
})

test('every section has its settings in both languages, none said twice', async () => {
  const catalogue = await wholeCatalogue()
  for (const section of catalogue.sections()) {
    const labels = catalogue.definitions(section).map(({ label }) => label.en)
    assert.deepEqual(labels, [...new Set(labels)], section)
  }
  for (const { key, help } of catalogue.definitions()) assert.match(help.ja, /[\u3040-\u30ff\u4e00-\u9fff]/, key)
})
