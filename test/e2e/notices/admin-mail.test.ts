/** Mail to the administrator (guide 7.1.1.1, 7.1.1.5, 7.3), received by a real mail server and by one that misbehaves. */
import assert from 'node:assert/strict'
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  exchange,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  temporaryFolder,
  type WebOrigin,
} from '@fsigk/testing'
import { fieldsOf, startMailServer } from '../../peers/mail-server.js'
import { EICAR } from '../../peers/samples.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { until } from '../logs/waiting.js'

function noticesTo(server: { readonly port: number }) {
  return {
    'http.notify_admin': true,
    'common.admin_mailaddr': 'first@example.org,second@example.org',
    'common.admin_mx_host': '127.0.0.1',
    'common.admin_mx_port': server.port,
  }
}

async function meetVirus(gateway: TestGateway, origin: WebOrigin, path: string): Promise<void> {
  await exchange(gateway.http, `GET ${origin.url}${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
}

function waiting(gateway: TestGateway): Promise<readonly string[]> {
  return readdir(join(gateway.home, 'notices')).catch(() => [])
}

const spoolIsEmpty = (gateway: TestGateway) =>
  until('an empty spool', async () => ((await waiting(gateway)).length === 0 ? true : undefined))

describe('notices to the administrator', () => {
  test('a detection is mailed to all of admin_mailaddr, from the first, in Japanese, with the id of this installation [HTTP-08, HTTP-09, TPL-02, TPL-04]', async () => {
    await using mail = await startMailServer()
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await using gateway = await startTestGateway({ settings: { ...noticesTo(mail), 'common.language': 'ja' } })
    await meetVirus(gateway, origin, '/eicar.com')
    const [notice = assert.fail()] = await mail.received(1)
    assert.equal(notice.from, 'first@example.org')
    assert.deepEqual(notice.to, ['first@example.org', 'second@example.org'])
    assert.deepEqual(notice.defects, [])
    assert.match(fieldsOf(notice, 'subject').join(), /^ウイルス検出: \S*eicar\S* \(http\)$/i)
    assert.match(notice.rawHeader, /^[\x20-\x7e\r\n]*$/)
    assert.ok(
      notice.rawHeader.split('\r\n').every((line) => !line.includes('=?') || line.length <= 76),
      notice.rawHeader,
    )
    assert.match(fieldsOf(notice, 'x-admin-notification-id').join(), /^[0-9a-f]{64}$/)
    assert.match(notice.text, /検出名: .*eicar/i)
    assert.ok(notice.text.includes(`${origin.url}/eicar.com`), notice.text)
    await spoolIsEmpty(gateway)

    await gateway.set({ 'http.notify_admin': false })
    await meetVirus(gateway, origin, '/eicar.com')
    // What passes is told all the same.
    await gateway.set({ 'http.notify_admin': true, 'http.action': 'pass' })
    await meetVirus(gateway, origin, '/eicar.com?second')
    const [, second = assert.fail()] = await mail.received(2)
    assert.ok(second.text.includes('?second'), second.text)
    assert.notDeepEqual(fieldsOf(second, 'x-admin-notification-id'), fieldsOf(notice, 'x-admin-notification-id'))
    const key = await stat(join(gateway.home, 'notice.key'))
    assert.equal(key.mode & 0o777, 0o600)
  })

  test('From: of the template is the sender, and no value begins a field or a mail of its own [TPL-01, TPL-02]', async () => {
    await using mail = await startMailServer()
    const hostile = `x\r\nBcc: evil@example.com\r\n\r\n.\r\nMAIL FROM:<evil@example.com>\r\n\${TIME} 日本\u2028`
    await using origin = await startWebOrigin({
      '/eicar.com': (_request, response) =>
        response
          .setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(hostile)}`)
          .end(EICAR),
    })
    const fields = [
      'From: 検疫ゲートウェイの自動通知 <gate@example.net>',
      `Subject: ${'検出'.repeat(40)} \${FILENAME}`,
      'X-Name: ${FILENAME}',
      'X-FOO: ${FOO}',
      'X-Address: ${URL}',
    ]
    await using gateway = await startTestGateway({
      settings: { ...noticesTo(mail), 'template.admin': `${fields.join('\n')}\n\n[\${FILENAME}]\n.\n..dots\nend\n` },
    })
    const path = `/eicar.com?${'a'.repeat(1500)}`
    await meetVirus(gateway, origin, path)
    const [notice = assert.fail()] = await mail.received(1)
    assert.deepEqual(fieldsOf(notice, 'x-address'), [`${origin.url}${path}`])
    assert.ok(notice.rawHeader.split('\r\n').every((line) => line.length <= 998))
    assert.equal(notice.from, 'gate@example.net')
    assert.deepEqual(fieldsOf(notice, 'from'), ['検疫ゲートウェイの自動通知 <gate@example.net>'])
    assert.ok(fieldsOf(notice, 'subject').join().startsWith('検出'.repeat(40)), fieldsOf(notice, 'subject').join())
    assert.ok(fieldsOf(notice, 'subject').join().includes('${TIME} 日本'))
    assert.deepEqual(fieldsOf(notice, 'bcc'), [])
    assert.deepEqual(fieldsOf(notice, 'x-foo'), ['${FOO}'])
    assert.equal(fieldsOf(notice, 'x-name').length, 1)
    assert.deepEqual(notice.to, ['first@example.org', 'second@example.org'])
    assert.ok(notice.text.replaceAll('\r\n', '\n').endsWith(']\n.\n..dots\nend\n'), JSON.stringify(notice.text))
    assert.ok(notice.text.includes('${TIME} 日本'))
    assert.equal(mail.mails.length, 1)
  })

  test('what the mail server does wrong is told in the words of the guide, and the notice comes later all the same [TPL-04]', async () => {
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await using server = await startScriptedMailServer()
    await using gateway = await startTestGateway({ settings: noticesTo(server) })
    const faults = [
      { replies: { GREETING: '554 go away' }, says: /notify_admin:smtp error:\[GREETING\]: buf=\[554 go away\]/ },
      { replies: { EHLO: '500 no', HELO: '550 no' }, says: /notify_admin:smtp error:\[HELO\]: buf=\[550 no\]/ },
      { replies: { MAIL: '451 busy' }, says: /notify_admin:smtp error:\[MAIL FROM\]: buf=\[451 busy\]/ },
      { replies: { RCPT: '550 who?' }, says: /notify_admin:smtp error:\[RCPT TO\]: buf=\[550 who\?\]/ },
      { replies: { DATA: '452 full' }, says: /notify_admin:smtp error:\[DATA\]: buf=\[452 full\]/ },
      { replies: { END: '552 too much' }, says: /notify_admin:smtp error:\[DATA END\]: buf=\[552 too much\]/ },
      { replies: { END: '' }, says: /notify_admin:.*closed/i },
    ]
    for (const { replies, says } of faults) {
      server.follow({ replies: replies as Readonly<Record<string, string>> })
      await meetVirus(gateway, origin, '/eicar.com')
      const line = await gateway.line('http', 'error', says)
      assert.match(line, /###ERROR### notify_admin:/)
      const before = server.heard.filter((word) => word === 'DATA').length
      server.follow({})
      await spoolIsEmpty(gateway)
      assert.ok(server.heard.filter((word) => word === 'DATA').length > before)
    }
    await gateway.set({ 'common.admin_mx_host': 'no-such-host.invalid' })
    await meetVirus(gateway, origin, '/eicar.com')
    await gateway.line(
      'http',
      'error',
      /notify_admin:gethostbyname error:admin_mx_host=\[no-such-host\.invalid\] hstrerror=\[.+\]/,
    )
  })

  test('what is missing from the settings is told in the error.log [TPL-04]', async () => {
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await using gateway = await startTestGateway({ settings: { 'http.notify_admin': true } })
    for (const missing of ['common.admin_mailaddr', 'common.admin_mx_host']) {
      await gateway.set({
        'common.admin_mailaddr': 'a@example.org',
        'common.admin_mx_host': '127.0.0.1',
        [missing]: '',
      })
      await meetVirus(gateway, origin, '/eicar.com')
      await gateway.line('http', 'error', `###ERROR### notify_admin: nobody is told, since ${missing} is empty`)
    }
    assert.deepEqual(await waiting(gateway), [])
  })

  test('one recipient who is refused keeps no other from the notice, who has it once [TPL-04]', async () => {
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await using server = await startScriptedMailServer({ refuse: 'second@example.org' })
    await using gateway = await startTestGateway({ settings: noticesTo(server) })
    await meetVirus(gateway, origin, '/eicar.com')
    await gateway.line('http', 'error', 'notify_admin:smtp error:[RCPT TO]: buf=[550 not here]')
    server.follow({})
    await spoolIsEmpty(gateway)
    const accepted = server.heard.filter((line) => /^RCPT TO:<first@/.test(line))
    assert.equal(accepted.length, 1, server.heard.join('\n'))
    assert.equal(server.heard.at(-1) === 'QUIT' || server.heard.includes('DATA'), true)
    assert.equal(server.heard.filter((line) => line === 'DATA').length, 2)
  })

  test('a stop loses no notice: what a server that is down could not take is sent after the next start [HTTP-09]', async () => {
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    const down = await startScriptedMailServer()
    const { port } = down
    await down[Symbol.asyncDispose]()
    await using first = await startTestGateway({ settings: noticesTo({ port }) })
    await meetVirus(first, origin, '/eicar.com')
    await first.line('http', 'error', `notify_admin:cannot connect to admin mail server[127.0.0.1:${port}] /`)
    await first.stop()
    const [file = assert.fail('nothing waits')] = await waiting(first)
    assert.equal((await stat(join(first.home, 'notices'))).mode & 0o777, 0o700)
    assert.equal((await stat(join(first.home, 'notices', file))).mode & 0o777, 0o600)
    await using mail = await startMailServer(port)
    await using second = await startTestGateway({ home: first.home })
    const [notice = assert.fail()] = await mail.received(1)
    assert.ok(notice.text.includes('/eicar.com'))
    await spoolIsEmpty(second)
    assert.equal(mail.mails.length, 1)
  })

  test('while a server is down no more than 16 MB wait, and what is not kept is told in error.log [TPL-04]', async () => {
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await using server = await startScriptedMailServer({ replies: { GREETING: '554 go away' } })
    await using gateway = await startTestGateway({ settings: noticesTo(server) })
    await meetVirus(gateway, origin, '/eicar.com')
    await gateway.line('http', 'error', 'notify_admin:smtp error')
    const [file = assert.fail('nothing waits')] = await waiting(gateway)
    const notices = join(gateway.home, 'notices')
    const notice = JSON.parse(await readFile(join(notices, file), 'utf8')) as object
    const large = JSON.stringify({ ...notice, text: 'x'.repeat(16 * 1024 * 1024) })
    await writeFile(join(notices, `${file}.new`), large)
    await rename(join(notices, `${file}.new`), join(notices, `2-${file}`))
    await meetVirus(gateway, origin, '/eicar.com')
    await gateway.line(
      'http',
      'error',
      /notify_admin: nobody is told, since .* too large ones \(see plugins\.notifiers\)/,
    )
    assert.equal((await waiting(gateway)).length, 2)
  })

  test('two notifiers have each notice once, though one of them fails at first [HTTP-09]', async () => {
    await using mail = await startMailServer()
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await using folder = await temporaryFolder('notified')
    const told = join(folder.path, 'told')
    await using gateway = await startTestGateway({
      plugins: [
        {
          id: 'notifier-file',
          manifest: {
            id: 'notifier-file',
            kind: 'notifier',
            title: { en: 'File', ja: 'ファイル' },
            api: 1,
            isolation: 'process',
          },
          source: `import { definePlugin } from '@fsigk/plugin-api'
import { appendFile } from 'node:fs/promises'
let calls = 0
class FileNotifier {
  async notify(notice) {
    calls += 1
    if (calls === 1) throw new Error('not yet')
    await appendFile(${JSON.stringify(told)}, 'told\\n')
  }
}
export default definePlugin({ kind: 'notifier', section: 'notifier_file', settings: {}, plugin: FileNotifier })
`,
        },
      ],
      settings: { ...noticesTo(mail), 'plugins.notifiers': 'notifier-mail,notifier-file' },
    })
    await meetVirus(gateway, origin, '/eicar.com')
    await mail.received(1)
    await gateway.line('http', 'error', 'not yet')
    await spoolIsEmpty(gateway)
    assert.equal(await readFile(told, 'utf8'), 'told\n')
    assert.equal(mail.mails.length, 1)
  })
})
