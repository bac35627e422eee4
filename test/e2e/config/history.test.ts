import assert from 'node:assert/strict'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, relative } from 'node:path'
import { describe, test } from 'node:test'
import {
  parseLogLine,
  RawClient,
  runCli,
  scannerThatFinds,
  startTestGateway,
  startWebOrigin,
  temporaryFolder,
  testSettings,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { CLEAN_MAIL } from '../../peers/mails.js'
import { PopClient } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer } from '../../peers/pop-server.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { sendMail } from '../smtp/send-mail.js'
import { SmtpClient } from '../smtp/smtp-client.js'
import { startSmtpGateway } from '../smtp/smtp-gateway.js'
import { stoppedHome } from './stopped-home.js'

interface HistoryEntry {
  readonly revision: number
  readonly at: string
  readonly actor: string
  readonly origin: string
  readonly comment: string
  readonly changes: readonly { readonly key: string; readonly from: unknown; readonly to: unknown }[]
}

/** Files of conf/ and of the folders in it, by name. */
async function confFiles(home: string): Promise<readonly string[]> {
  const found = await readdir(join(home, 'conf'), { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(join(home, 'conf'), join(entry.parentPath, entry.name)))
    .sort()
}

describe('config: history, diff and rollback, with the host stopped', () => {
  /** With its history and its files. */
  async function someHome() {
    const home = await stoppedHome()
    const history = async (...args: readonly string[]) =>
      JSON.parse((await home.config(0, 'history', '--json', ...args)).stdout) as readonly HistoryEntry[]
    const files = async () => {
      const entries = (await confFiles(home.path)).map(
        async (name) => [name, await readFile(join(home.path, 'conf', name), 'utf8')] as const,
      )
      return new Map(await Promise.all(entries))
    }
    return { ...home, history, files }
  }

  test('every change is a revision with time, actor, origin, comment and values [CFG-01]', async () => {
    await using home = await someHome()
    const before = new Date().toISOString()
    await home.config(0, 'set', 'http.pre_spawn=50', '--comment', 'fewer, for the test')
    await home.config(0, 'set', 'access.http_from=192.168.')
    await home.config(0, 'set', 'template.http=<p>stopped</p>')
    const [template, access, setting, install] = await home.history()
    assert.deepEqual(setting, {
      ...setting,
      revision: 2,
      actor: userInfo().username,
      origin: 'cli',
      comment: 'fewer, for the test',
      changes: [{ key: 'http.pre_spawn', from: 2000, to: 50 }],
    })
    assert.ok((setting?.at ?? '') >= before && /^\d{4}-\d\d-\d\dT.*Z$/.test(setting?.at ?? ''), setting?.at)
    assert.deepEqual(
      access?.changes.map(({ key, to }) => [key, to]),
      [['access.http_from', '192.168.']],
    )
    assert.deepEqual(
      template?.changes.map(({ key, to }) => [key, to]),
      [['template.http', '<p>stopped</p>']],
    )
    assert.deepEqual([install?.revision, install?.changes], [1, []])
  })

  test('no later command alters what history said before [CFG-01]', async () => {
    await using home = await someHome()
    for (const value of ['50', '60']) await home.given({ 'http.pre_spawn': value })
    const then = await home.history()
    await home.config(0, 'rollback', '2')
    await home.config(0, 'unset', 'http.pre_spawn')
    const said = (entries: readonly HistoryEntry[]) => entries.map((entry) => ({ ...entry, state: undefined }))
    assert.deepEqual(said((await home.history()).slice(2)), said(then))
  })

  test('one command is one revision, and fails as one [CFG-02]', async () => {
    await using home = await someHome()
    await home.config(0, 'set', 'http.pass_filesize=yes', 'http.pass_filesize_len=1000000', 'access.http_to=10.')
    assert.equal((await home.history())[0]?.changes.length, 3)
    await home.config(2, 'set', 'http.pass_filesize=no', 'http.pass_filesize_len=many')
    assert.equal((await home.history()).length, 2)
    assert.match((await home.config(0, 'get', 'http.pass_filesize')).stdout, /^yes$/m)
  })

  test('all projections come from the events alone, to the same bytes [CFG-03]', async () => {
    await using home = await someHome()
    await home.given({
      'http.pre_spawn': '50',
      'access.http_from': '192.168. 10.',
      'template.http_error': '<p>no</p>',
    })
    await home.given(Object.fromEntries(Object.entries(testSettings).map(([key, value]) => [key, `${value}`])))
    const before = await home.files()
    assert.deepEqual(
      ['fsigk.ini', 'hosts.allow', 'template_admin.txt', 'template_http.html', 'template_http_error.html'].filter(
        (name) => !before.has(name),
      ),
      [],
    )
    await rm(join(home.path, 'conf'), { recursive: true })
    const gateway = await startTestGateway({ home: home.path })
    await gateway[Symbol.asyncDispose]()
    assert.deepEqual(await home.files(), before)
    assert.match(before.get('fsigk.ini') ?? '', /^\[http\]$[\s\S]*^pre_spawn=50$/m)
    assert.match(before.get('hosts.allow') ?? '', /^http_from: 192\.168\. 10\.$/m)
    assert.equal(before.get('template_http_error.html'), '<p>no</p>')
  })

  test('history is newest first and can be narrowed by limit, time, actor and key [CFG-05]', async () => {
    await using home = await someHome()
    for (const length of ['10', '20', '30']) await home.given({ 'http.pass_filesize_len': length })
    await home.given({ 'http.pre_spawn': '50' })
    const all = await home.history()
    assert.deepEqual(
      all.map(({ revision }) => revision),
      [5, 4, 3, 2, 1],
    )
    const revisions = async (...args: string[]) => (await home.history(...args)).map(({ revision }) => revision)
    assert.deepEqual(await revisions('--limit', '2'), [5, 4])
    assert.deepEqual(await revisions('--key', 'http.pass_filesize_len'), [4, 3, 2])
    assert.deepEqual(await revisions('--since', all[1]?.at ?? ''), [5, 4])
    assert.deepEqual(await revisions('--actor', 'nobody-of-that-name'), [])
    assert.deepEqual(await revisions('--actor', userInfo().username, '--limit', '1'), [5])
    const { stdout } = await home.config(0, 'history')
    assert.ok(stdout.indexOf('r5') < stdout.indexOf('r2'), stdout)
  })

  test('show prints any revision, diff compares any two over all files [CFG-06]', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '50' })
    await home.given({ 'access.http_from': '192.168.', 'template.http': '<p>stopped</p>' })
    assert.match((await home.config(0, 'show', '--rev', '1')).stdout, /^pre_spawn=2000$/m)
    assert.match((await home.config(0, 'show', '--rev', 'r2')).stdout, /^pre_spawn=50$/m)
    assert.match((await home.config(0, 'show')).stdout, /http_from: 192\.168\./)
    const { stdout } = await home.config(1, 'diff', '1', '3')
    assert.match(stdout, /^--- .*fsigk\.ini.*\n\+\+\+ .*fsigk\.ini.*\n@@ [\s\S]*^-pre_spawn=2000\n\+pre_spawn=50$/m)
    assert.match(stdout, /^\+http_from: 192\.168\.$/m)
    assert.match(stdout, /^\+<p>stopped<\/p>$/m)
    assert.equal((await home.config(0, 'diff', '3', '3')).stdout, '')
    assert.match((await home.config(1, 'diff', '2')).stdout, /http_from/)
    assert.match((await home.config(2, 'show', '--rev', '9')).stderr, /9/)
  })

  test('rollback restores a revision or one key by appending, and can be rolled back [CFG-07]', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '50', 'http.keepalive': 'no' })
    const atTwo = await home.files()
    await home.given({ 'http.pre_spawn': '60', 'http.keepalive': 'yes' })
    const atThree = await home.files()
    await home.config(1, 'rollback', '2', '--dry-run')
    assert.equal((await home.history()).length, 3)
    await home.config(0, 'rollback', '2')
    assert.deepEqual(await home.files(), atTwo)
    await home.config(0, 'rollback', '3')
    assert.deepEqual(await home.files(), atThree)
    await home.config(0, 'rollback', '2', '--key', 'http.pre_spawn')
    assert.match((await home.config(0, 'get', 'http.pre_spawn')).stdout, /^50$/m)
    assert.match((await home.config(0, 'get', 'http.keepalive')).stdout, /^yes$/m)
    assert.equal((await home.history())[0]?.revision, 6)
    await home.config(1, 'rollback', '6')
    assert.equal((await home.history()).length, 6)
  })

  test('rollback 1 after a change gives revision 3, equal to the first [CFG-07]', async () => {
    await using home = await someHome()
    await home.config(0, 'set', 'http.pass_filesize=yes', 'http.pass_filesize_len=1000000', '--comment', 'ISO images')
    await home.config(0, 'rollback', '1')
    assert.equal((await home.history())[0]?.revision, 3)
    assert.equal((await home.config(0, 'diff', '1', '3')).stdout, '')
  })

  test('set, get, unset and list, with type, default and help in both languages [CFG-08]', async () => {
    await using home = await someHome()
    await home.config(0, 'set', 'http.svcport=9081', 'http.action=pass')
    assert.equal((await home.config(0, 'get', 'http.svcport')).stdout, '9081\n')
    await home.config(1, 'set', 'http.svcport=9081')
    await home.config(0, 'unset', 'http.svcport')
    assert.equal((await home.config(0, 'get', 'http.svcport')).stdout, '9080\n')
    const rows = JSON.parse((await home.config(0, 'list', '--json')).stdout) as readonly Record<string, unknown>[]
    const row = rows.find(({ key }) => key === 'http.action')
    assert.deepEqual([row?.['type'], row?.['default'], row?.['value']], ['choice', 'delete', 'pass'])
    for (const { key, help, label } of rows as readonly {
      key: string
      help: Record<string, string>
      label: Record<string, string>
    }[])
      assert.ok(help?.['en'] && help['ja'] && label?.['en'] && label['ja'], key)
    assert.match((await home.config(0, 'list')).stdout, /http\.action\s+.*pass/)
    assert.match((await home.config(0, '--help')).stdout, /rollback/)
  })

  const bad: readonly { readonly set: string; readonly says: RegExp }[] = [
    { set: 'http.no_such=1', says: /http\.no_such/ },
    { set: 'http.virus_check=perhaps', says: /http\.virus_check.*perhaps.*yes.*no/s },
    { set: 'http.action=blackhole', says: /http\.action.*blackhole.*delete/s },
    { set: 'http.pre_spawn=0', says: /http\.pre_spawn.*0.*1.*100,?000/s },
    { set: 'http.pre_spawn=12x', says: /http\.pre_spawn.*12x/s },
    { set: 'http.svcport=localhost:9080', says: /http\.svcport.*localhost:9080/s },
    { set: 'http.svcport=70000', says: /http\.svcport.*70000/s },
    { set: 'access.http_from=300.1.2.3', says: /access\.http_from.*300\.1\.2\.3/s },
    { set: 'access.http_from=10.0.0.0/33', says: /access\.http_from/ },
    { set: `access.http_from=${'10.0.0.1 '.repeat(300)}`, says: /access\.http_from.*2047/s },
    { set: `template.http=${'x'.repeat(9001)}`, says: /template\.http.*9,?001.*9,?000|9,?000.*9,?001/s },
    { set: `http.pass_ext_list=${'x,'.repeat(1000)}`, says: /http\.pass_ext_list.*1,?999/s },
  ]
  for (const { set, says } of bad)
    test(`${set.slice(0, 40)} is refused with key, value and rule, and nothing is appended [CFG-10]`, async () => {
      await using home = await someHome()
      await home.given({ 'http.pre_spawn': '50' })
      const { stderr } = await home.config(2, 'set', set)
      assert.match(stderr, says)
      assert.equal((await home.history()).length, 2)
    })

  test('all bad values of one command are reported at once [CFG-10]', async () => {
    await using home = await someHome()
    const { stderr } = await home.config(
      2,
      'set',
      'http.pre_spawn=0',
      'http.action=none',
      'http.keepalive=yes',
      'http.typo=1',
    )
    for (const key of ['http.pre_spawn', 'http.action', 'http.typo']) assert.ok(stderr.includes(key), stderr)
    assert.ok(!stderr.includes('http.keepalive'), stderr)
  })

  test('a writer that starts from an older revision gets a conflict that names revision and keys [CFG-11]', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '50' })
    const { stderr } = await home.config(2, 'set', 'http.pre_spawn=60', '--expect', '1')
    assert.match(stderr, /r?2\b[\s\S]*http\.pre_spawn/)
    assert.match((await home.config(0, 'get', 'http.pre_spawn')).stdout, /^50$/m)
    await home.config(0, 'set', 'http.pre_spawn=60', '--expect', 'r2')
  })

  test('a damaged history is named with its file and what to do, and nothing is changed', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '54321' })
    const file = join(home.path, 'store/events.db')
    const bytes = await readFile(file)
    const at = bytes.indexOf('54321')
    assert.ok(at > 0)
    bytes.write('12345', at)
    await writeFile(file, bytes)
    const { stderr } = await home.config(2, 'get', 'http.pre_spawn')
    assert.match(stderr, /^[^\n]*store\/events\.db' is damaged: r2: [^\n]*restore it[^\n]*backup[^\n]*\n$/)
    assert.deepEqual(await readFile(file), bytes)
  })

  test('of two writers at the same moment, one wins and the other is told [CFG-11]', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '50' })
    const results = await Promise.all(
      [60, 70, 80].map((value) => runCli(home.path, ['config', 'set', `http.pre_spawn=${value}`, '--expect', '2'])),
    )
    assert.deepEqual(results.map(({ code }) => code).sort(), [0, 2, 2])
    assert.equal((await home.history()).length, 3)
  })
})

describe('config: with the host running', () => {
  test('projections are private, and always one whole version, under constant change and SIGKILL [CFG-04]', async () => {
    await using folder = await temporaryFolder()
    const versions = ['a', 'b'].map((letter) => letter.repeat(8000))
    const file = join(folder.path, 'conf', 'template_http.html')
    for (let round = 0; round < 4; round += 1) {
      const gateway = await startTestGateway({ home: folder.path, settings: { 'template.http': versions[0] ?? '' } })
      let torn = ''
      let reading = true
      const reader = (async () => {
        while (reading) {
          const text = await readFile(file, 'utf8')
          if (!versions.includes(text)) torn = text
        }
      })()
      const writers = [1, 0, 1].map((at) => gateway.cli('config', 'set', `template.http=${versions[at]}`))
      await writers[0]
      await gateway.stop('SIGKILL')
      await Promise.all(writers)
      reading = false
      await reader
      assert.equal(torn, '')
      assert.ok(versions.includes(await readFile(file, 'utf8')))
      for (const name of await confFiles(folder.path))
        assert.equal((await stat(join(folder.path, 'conf', name))).mode & 0o137, 0, name)
      await gateway[Symbol.asyncDispose]()
    }
  })

  test('a change is in force when the command returns, and what is under way keeps its settings [CFG-13]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.workers': 2 } })
    let finish: () => void = () => {}
    const asked = Promise.withResolvers<void>()
    await using origin = await startWebOrigin({
      '/slow': (_request, response) => {
        response.setHeader('Content-Length', 200_000).write(Buffer.alloc(100_000, 'x'))
        finish = () => response.end(Buffer.alloc(100_000, 'x'))
        asked.resolve()
      },
      '/kept': 'x',
      '/quick': 'x',
    })
    const slow = curl(gateway, `${origin.url}/slow`)
    await asked.promise
    using kept = await RawClient.to(gateway.http)
    const ask = (path: string) => kept.send(`GET ${origin.url}${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    ask('/kept')
    await kept.until((text) => text.endsWith('x'))
    const workers = await gateway.workers('http')
    const before = Number((await gateway.cli('config', 'history', '--json')).stdout.match(/"revision": ?(\d+)/)?.[1])
    await gateway.set({ 'http.anonymous': true, 'http.pre_spawn': 100 })
    ask('/kept?later')
    assert.equal((await gateway.accessLine('/kept?later')).revision, before + 1, 'on the connection that was there')
    assert.deepEqual(await gateway.workers('http'), workers)
    await curl(gateway, `${origin.url}/quick`)
    assert.equal((await gateway.accessLine('/quick')).revision, before + 1)
    assert.ok(!origin.requests.at(-1)?.headers.includes('Via'))
    finish()
    const { status, body } = await slow
    assert.deepEqual([status, body.length], [200, 200_000])
    assert.equal((await gateway.accessLine('/slow')).revision, before)
  })

  test('a session of mail keeps the revision that it began with, the next has the new one [CFG-13]', async () => {
    await using server = await startScriptedMailServer()
    await using box = await startPopServer({ messages: [CLEAN_MAIL] })
    await using gateway = await startSmtpGateway(server, {
      scanners: [scannerThatFinds],
      settings: {
        'smtp.action': 'deny',
        'pop.pop_service': true,
        'pop.svcport': '127.0.0.1:0',
        'pop.parent_server_host': box.host,
        'pop.parent_server_port': box.port,
      },
    })
    const begin = async () => {
      const [sender, reader] = [await SmtpClient.to(gateway.smtp), await PopClient.to(gateway)]
      await sender.say('EHLO me')
      for (const command of [`USER ${MAILBOX.user}`, `PASS ${MAILBOX.password}`]) await reader.ask(command)
      return async () => {
        const said = [
          (await sendMail(sender)).slice(0, 3),
          (await reader.askForText('RETR 1')).includes('Subject: Clean'),
        ]
        sender[Symbol.dispose]()
        reader[Symbol.dispose]()
        return said
      }
    }
    const { revision = 0 } = await gateway.status()
    const early = await begin()
    await gateway.set({ 'smtp.action': 'pass', 'pop.action': 'pass' })
    const late = await begin()
    assert.deepEqual(
      [await early(), await late()],
      [
        ['554', false],
        ['250', true],
      ],
    )
    for (const [service, action, expected] of [
      ['smtp', 'DENY', revision],
      ['smtp', 'PASS', revision + 1],
      ['pop', 'DELETE', revision],
      ['pop', 'PASS', revision + 1],
    ] as const)
      assert.equal(parseLogLine(await gateway.line(service, 'access', `ACTION:${action}:`)).revision, expected)
  })

  test('a changed port opens before the old one closes, and cuts nothing that is under way [CFG-13]', async () => {
    await using gateway = await startTestGateway()
    let finish: () => void = () => {}
    const asked = Promise.withResolvers<void>()
    await using origin = await startWebOrigin({
      '/slow': (_request, response) => {
        response.write('begun, ')
        finish = () => response.end('done')
        asked.resolve()
      },
      '/': 'x',
    })
    const slow = curl(gateway, `${origin.url}/slow`)
    await asked.promise
    const old = gateway.http
    await gateway.set({ 'http.svcport': '127.0.0.2:0' })
    const moved = { http: await gateway.address('http') }
    assert.equal(moved.http.host, '127.0.0.2')
    assert.equal((await curl(moved, `${origin.url}/`)).status, 200)
    finish()
    assert.equal((await slow).body.toString(), 'begun, done')
    assert.notEqual((await curl({ http: old }, `${origin.url}/`)).code, 0)
  })

  test('a port that cannot be had leaves the old one in service, and the command says so', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({ '/': 'x' })
    const { code, stderr, stdout } = await gateway.cli('config', 'set', `http.svcport=127.0.0.1:${origin.port}`)
    assert.notEqual(code, 0)
    assert.match(stderr + stdout, /bind\(port=\d+,addr=127\.0\.0\.1\)/)
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
  })
})
