/** Files of conf/ as faces of the settings: what is read, what is kept, and which lines a change touches. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SettingValue } from '@fsigk/config'
import { generate, read, readWell, reprint } from './faces-sample.js'

interface Example {
  readonly says: string
  readonly file: string
  readonly content: string
  readonly values?: Readonly<Record<string, SettingValue>>
  readonly unknown?: readonly string[]
  readonly change?: Readonly<Record<string, SettingValue>>
  readonly printed?: string
}

const examples: readonly Example[] = [
  {
    says: 'comments, blank lines, unknown keys and sections, spacing',
    file: 'fsigk.ini',
    content: '; ours\n\n[http]\n  svcport = 9081  \n# kept\nfoo=bar\n\n[other]\nx = y\n',
    values: { 'http.svcport': '9081', 'http.pre_spawn': 2000 },
    unknown: ['http.foo', 'other.x'],
    change: { 'http.svcport': '9082' },
    printed: '; ours\n\n[http]\n  svcport = 9082  \n# kept\nfoo=bar\n\n[other]\nx = y\n',
  },
  {
    says: 'a new key goes behind the last of its section, a new section to the end',
    file: 'fsigk.ini',
    content: '[http]\nsvcport=9081\n\n# about smtp\n[smtp]\nx=1\n',
    unknown: ['smtp.x'],
    change: { 'http.pre_spawn': 10, 'common.product_name': 'gate' },
    printed: '[http]\nsvcport=9081\npre_spawn=10\n\n# about smtp\n[smtp]\nx=1\n\n[common]\nproduct_name=gate\n',
  },
  {
    says: 'CRLF, a byte order mark, no line end at the end',
    file: 'fsigk.ini',
    content: '\ufeff[http]\r\nsvcport=9081\r\naction=pass',
    values: { 'http.action': 'pass' },
    change: { 'http.pre_spawn': 10 },
    printed: '\ufeff[http]\r\nsvcport=9081\r\naction=pass\r\npre_spawn=10\r\n',
  },
  {
    says: 'of a key that stands there twice the last one counts, in a section that stands there twice',
    file: 'fsigk.ini',
    content: '[http]\npre_spawn=1\n[common]\n[http]\npre_spawn=2\n',
    values: { 'http.pre_spawn': 2 },
    change: { 'http.pre_spawn': 3 },
    printed: '[http]\npre_spawn=1\n[common]\n[http]\npre_spawn=3\n',
  },
  {
    says: 'texts of several lines, by escapes',
    file: 'fsigk.ini',
    content: '[http]\nbanner=a\\nb\\\\n\\s\n',
    values: { 'http.banner': 'a\nb\\n ' },
    change: { 'http.banner': '\tx ' },
    printed: '[http]\nbanner=\\tx\\s\n',
  },
  {
    says: 'several lines of one service, a list file, an unknown service, continuation',
    file: 'hosts.allow',
    content: '# who\nhttp_from : 10. \\\n\t192.168.\n\nsshd: ALL\nhttp_from: /etc/list # no\n'.replace(' # no', ''),
    values: { 'access.http_from': '10. \t192.168.\n/etc/list', 'access.http_to': '' },
    unknown: ['sshd'],
    change: { 'access.http_from': '10. \t192.168.\n172.16.0.1\n/etc/list' },
    printed: '# who\nhttp_from : 10. \\\n\t192.168.\nhttp_from: 172.16.0.1\n\nsshd: ALL\nhttp_from: /etc/list\n',
  },
  {
    says: 'a line that goes takes no other with it',
    file: 'hosts.allow',
    content: 'http_from: 10.\n# b\nhttp_from: 11.\n# c\nhttp_from: 12.\n',
    change: { 'access.http_from': '10.\n12.' },
    printed: 'http_from: 10.\n# b\n# c\nhttp_from: 12.\n',
  },
  {
    says: 'a list that becomes empty keeps one line',
    file: 'hosts.allow',
    content: 'http_from: 10.\n# b\nhttp_from: 11.\n',
    change: { 'access.http_from': '' },
    printed: 'http_from: \n# b\n',
  },
  {
    says: 'a list that was empty',
    file: 'hosts.allow',
    content: 'http_from:\nhttp_to:10.\n',
    values: { 'access.http_from': '', 'access.http_to': '10.' },
    change: { 'access.http_from': '10.', 'access.http_to': '11.' },
    printed: 'http_from: 10.\nhttp_to:11.\n',
  },
  {
    says: 'a template with CRLF and a mark',
    file: 'template_http.html',
    content: '\ufeff<p>\r\n<b>\r\nx\n',
    values: { 'template.http': '<p>\n<b>\nx\n' },
    change: { 'template.http': '<p>\n<i>\nx\n' },
    printed: '\ufeff<p>\r\n<i>\r\nx\n',
  },
  {
    says: 'custom rules of the guide',
    file: 'spam/custom.txt',
    content: 'WHITE\tFrom\tIGNORECASE\ta@example.com,b@example.com\nBLACK\tALWAYS\t\t\n',
    values: { 'spam.custom_rules': 'WHITE\tFrom\tIGNORECASE\ta@example.com,b@example.com\nBLACK\tALWAYS\t\t\n' },
  },
  {
    says: "the guide's line while custom rules are on",
    file: 'spam/files.txt',
    content: '# mine\nOTHER\tother.txt\nCUSTOM\tcustom.txt\n',
    values: { 'spam.spam_custom': true },
    change: { 'spam.spam_custom': false },
    printed: '# mine\nOTHER\tother.txt\n',
  },
  {
    says: 'custom rules being off',
    file: 'spam/files.txt',
    content: '# mine',
    values: { 'spam.spam_custom': false },
    change: { 'spam.spam_custom': true },
    printed: '# mine\nCUSTOM\tcustom.txt\n',
  },
  {
    says: "the guide's slip: the list of RBL servers under the name of SURBL's",
    file: 'fsigk.ini',
    content: '[spam]\nspam_rbl=yes\nspam_surbl_list=a.example\nspam_surbl=yes\nspam_surbl_list=b.example\n',
    values: { 'spam.spam_rbl_list': 'a.example', 'spam.spam_surbl_list': 'b.example' },
    change: { 'spam.spam_rbl_list': 'c.example' },
    printed: '[spam]\nspam_rbl=yes\nspam_surbl_list=c.example\nspam_surbl=yes\nspam_surbl_list=b.example\n',
  },
  {
    says: 'the list of SURBL servers under its own name',
    file: 'fsigk.ini',
    content: '[spam]\nspam_surbl_list=b.example\nspam_rbl=yes\n',
    values: { 'spam.spam_rbl_list': '', 'spam.spam_surbl_list': 'b.example' },
  },
  {
    says: "the proxy's settings, under either of the guide's names",
    file: 'dbupdate.conf',
    content: '# proxy\nuse_proxy=yes\nuse_proxyauth=yes\nUPDATEURL=http://pm.example:80/\nother=1\n',
    values: { 'definitions.use_proxy': true, 'definitions.http_proxyauth': true },
    unknown: ['other'],
    change: { 'definitions.http_proxy_port': 3128, 'definitions.http_proxyauth': false },
    printed:
      '# proxy\nuse_proxy=yes\nuse_proxyauth=no\nUPDATEURL=http://pm.example:80/\nother=1\nhttp_proxy_port=3128\n',
  },
]

describe('a file is read and printed', () => {
  for (const { says, file, content, values = {}, unknown = [], change, printed } of examples)
    test(`${file}: ${says}`, () => {
      const reading = readWell(file, content)
      for (const [key, value] of Object.entries(values)) assert.equal(reading.values.get(key), value, key)
      assert.deepEqual(
        reading.unknown.map(({ name }) => name),
        unknown,
      )
      assert.equal(reprint(file, reading).toString(), content)
      if (change !== undefined) assert.equal(reprint(file, reading, change).toString(), printed)
    })

  test('bytes that are no UTF-8 are kept in comments and unknown lines', () => {
    const content = Buffer.from('# caf\xe9\n[http]\nunknown=\xff\xfe\nsvcport=9081\n', 'latin1')
    assert.deepEqual(reprint('fsigk.ini', readWell('fsigk.ini', content)), content)
  })

  test('the generated form is read as what it was made of', () => {
    const values = { 'http.pre_spawn': 7, 'access.http_from': '10.\n11.', 'http.banner': ' a\\b\nc ' }
    for (const file of ['fsigk.ini', 'hosts.allow', 'dbupdate.conf', 'spam/files.txt']) {
      const reading = readWell(file, generate(file, values))
      assert.deepEqual(reprint(file, reading), generate(file, values), file)
      for (const [key, value] of reading.values)
        if (key in values) assert.equal(value, values[key as keyof typeof values])
    }
  })
})

const broken: readonly { says: string; file: string; content: string | Buffer; line: number; rule: RegExp }[] = [
  { says: 'a line without =', file: 'fsigk.ini', content: '[http]\nsvcport\n', line: 2, rule: /name=value/ },
  { says: 'a torn heading', file: 'fsigk.ini', content: '[http\nsvcport=1\n', line: 1, rule: /\[section\]/ },
  { says: 'a setting without a section', file: 'fsigk.ini', content: 'a=1\n', line: 1, rule: /section/ },
  {
    says: 'a bad value',
    file: 'fsigk.ini',
    content: '[http]\n\npre_spawn=many\n',
    line: 3,
    rule: /http\.pre_spawn=many: must be a whole/,
  },
  {
    says: 'a value that is no UTF-8',
    file: 'fsigk.ini',
    content: Buffer.from('[http]\nbanner=\xff\n', 'latin1'),
    line: 2,
    rule: /UTF-8/,
  },
  { says: 'NUL', file: 'fsigk.ini', content: '[http]\n#\0\n', line: 2, rule: /NUL/ },
  {
    says: 'a line without a colon',
    file: 'hosts.allow',
    content: '# x\nhttp_from 10.\n',
    line: 2,
    rule: /service: hosts/,
  },
  {
    says: 'a bad host',
    file: 'hosts.allow',
    content: 'http_from: 10.\nhttp_from: 1.2.3.4.5\n',
    line: 2,
    rule: /access\.http_from/,
  },
  {
    says: 'two services in one line',
    file: 'hosts.allow',
    content: 'http_from, smtp_from: 10.\n',
    line: 1,
    rule: /a line for each/,
  },
  {
    says: 'a template in another coding',
    file: 'template_http.html',
    content: Buffer.from('a\nb\xe9\n', 'latin1'),
    line: 2,
    rule: /UTF-8/,
  },
  { says: 'a template too long', file: 'template_http.html', content: 'x'.repeat(9001), line: 1, rule: /9001/ },
  { says: 'a rule without tabs', file: 'spam/custom.txt', content: 'BLACK Subject\n', line: 1, rule: /tab/ },
  { says: 'an unknown judgement', file: 'spam/custom.txt', content: '\nGREY\tSubject\t\tx\n', line: 2, rule: /BLACK/ },
  {
    says: 'an unknown comparison',
    file: 'spam/custom.txt',
    content: 'BLACK\tSubject\tLIKE\tx\n',
    line: 1,
    rule: /IGNORECASE/,
  },
  {
    says: 'too many rules',
    file: 'spam/custom.txt',
    content: 'NONE\tSubject\t\tx\n'.repeat(101),
    line: 101,
    rule: /100/,
  },
]

describe('a file that does not parse is refused with its line and the rule', () => {
  for (const { says, file, content, line, rule } of broken)
    test(`${file}: ${says}`, () => {
      const reading = read(file, content)
      assert.ok('faults' in reading)
      assert.equal(reading.faults[0]?.line, line)
      assert.match(reading.faults[0]?.rule ?? '', rule)
    })
})
