/** Changes while a gateway runs: what is in force when, what is under way meanwhile, and what its files hold. */
import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  parseLogLine,
  RawClient,
  scannerThatFinds,
  startTestGateway,
  startWebOrigin,
  temporaryFolder,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { CLEAN_MAIL } from '../../peers/mails.js'
import { PopClient } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer } from '../../peers/pop-server.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { sendMail } from '../smtp/send-mail.js'
import { SmtpClient } from '../smtp/smtp-client.js'
import { startSmtpGateway } from '../smtp/smtp-gateway.js'
import { confFiles } from './conf-files.js'

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
