import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isFsigk } from '@fsigk/plugin-api'
import { callFor, isolated, named, OBEDIENT } from './kit.js'

const code = (wanted: string) => (error: unknown) => isFsigk(error, wanted)

for (const isolation of ['worker', 'process'] as const)
  describe(`a plugin in a ${isolation}`, () => {
    test('scans bytes from memory and from the spool file, with the settings of the moment', async () => {
      await using it = await isolated(isolation, 'scanner', OBEDIENT)
      const { scan } = it.plugin.role
      assert.equal(it.plugin.role.definitions, 'test 1')
      const found = await scan(named('x', 'infected'), callFor('S1'))
      assert.deepEqual(found, { findings: [{ threat: 'infected 8 now', category: 'malware' }] })
      const path = join(it.folder, 'spooled')
      await writeFile(path, Buffer.alloc(200_000, 'a'))
      const file = { ...named('x'), bytes: 200_000, memory: undefined, path }
      const [finding] = (await scan(file, callFor('S2'))).findings
      assert.equal(finding?.threat, `${'a'.repeat(40)} 200000 now`)
      assert.deepEqual((await scan(named('x'), callFor('S3'))).findings, [])
    })

    test('what it throws, and what it answers that is nonsense, fails that call alone', async () => {
      await using it = await isolated(isolation, 'scanner', OBEDIENT)
      const { scan } = it.plugin.role
      await assert.rejects(
        scan(named('throw'), callFor('S1')),
        /'scanner-isolated' failed in scan\(\): the engine broke/,
      )
      await assert.rejects(scan(named('nonsense'), callFor('S2')), code('FSIGK_PLUGIN_ANSWER'))
      await assert.rejects(scan(named('function'), callFor('S3')), code('FSIGK_PLUGIN_ANSWER'))
      await scan(named('forget'), callFor('S4'))
      assert.equal((await scan(named('x', 'still'), callFor('S5'))).findings.length, 1)
      await it.log.until('unhandled rejection')
      assert.deepEqual(it.log.of('plugin ended'), [])
    })

    for (const [what, says, limits] of [
      ['exit', /exit code 0/, {}],
      ['uncaught', /out of the blue/, {}],
      ['loop', /stood still/, { stuckMs: 1_000 }],
      ['heap', /memory/, { memoryMiB: 48 }],
    ] as const)
      test(`'${what}' ends it, and of the calls at that moment only the one to blame fails`, async () => {
        await using it = await isolated(isolation, 'scanner', OBEDIENT, { limits })
        const { scan } = it.plugin.role
        const others = ['S1', 'S2', 'S3'].map((session) => scan(named('slow', session), callFor(session)))
        const blamed = scan(named(what), callFor('S4'))
        await assert.rejects(blamed, (error) => isFsigk(error, 'FSIGK_PLUGIN_ENDED') && says.test(error.message))
        for (const [at, { findings }] of (await Promise.all(others)).entries())
          assert.match(findings[0]?.threat ?? '', new RegExp(`^S${at + 1} `))
        assert.match((await scan(named('x', 'after'), callFor('S5'))).findings[0]?.threat ?? '', /after/)
        const [ended] = it.log.of('plugin ended')
        assert.match(String(ended?.data['because']), says)
        assert.match(String(ended?.data['sessions']), /S4/)
        assert.equal(ended?.data['hooks'], 'scan')
      })

    test('buffers count as memory, though they lie outside of the heap', async () => {
      await using it = await isolated(isolation, 'scanner', OBEDIENT, { limits: { memoryMiB: 64 } })
      await assert.rejects(it.plugin.role.scan(named('buffers'), callFor('S1')), /memory/)
    })

    test('a call that does not end with its signal ends the instance, and costs no other call anything', async () => {
      await using it = await isolated(isolation, 'scanner', OBEDIENT, { limits: { graceMs: 200 } })
      const { scan } = it.plugin.role
      const deadline = new AbortController()
      const hanging = scan(named('hang'), callFor('S1', deadline.signal))
      const other = scan(named('wait', 'other'), callFor('S2', AbortSignal.timeout(900)))
      deadline.abort(new Error('too late'))
      await assert.rejects(hanging, /too late/)
      await it.log.until('plugin ended')
      assert.deepEqual(it.log.of('plugin ended')[0]?.data['sessions'], 'S1')
      await assert.rejects(other, /timeout/i)
      assert.equal((await scan(named('x', 'after'), callFor('S3'))).findings.length, 1)
    })

    test('its signal reaches it', async () => {
      await using it = await isolated(isolation, 'scanner', OBEDIENT)
      const deadline = new AbortController()
      const waiting = it.plugin.role.scan(named('wait'), callFor('S1', deadline.signal))
      deadline.abort(new Error('too late'))
      await assert.rejects(waiting, /too late/)
      await it.plugin.role.scan(named('slow'), callFor('S2'))
      assert.deepEqual(it.log.of('plugin ended'), [])
    })

    test('floods of its log and of its output are bounded, and what was dropped is counted', async () => {
      await using it = await isolated(isolation, 'scanner', OBEDIENT)
      const { scan } = it.plugin.role
      await scan(named('log'), callFor('S1'))
      await scan(named('print'), callFor('S2'))
      // A hundred a second, of a hundred thousand.
      assert.ok(it.log.lines.length <= 10_000, `${it.log.lines.length} lines`)
      assert.equal(it.log.of('again')[0]?.data['session'], 'S1')
    })

    test('spam filters, authenticators and notifiers work the same way', async () => {
      await using spam = await isolated(
        isolation,
        'spam',
        `async judge(mail) { return { name: mail.mailFrom, score: mail.rcptTo.length } }`,
      )
      const mail = { content: named('x', 'y'), peerAddress: '192.0.2.1', mailFrom: 'a@b', rcptTo: ['c', 'd'] }
      assert.deepEqual(await spam.plugin.role.judge(mail, callFor('S1')), { name: 'a@b', score: 2 })
      await using auth = await isolated(
        isolation,
        'auth',
        `async authenticate({ user, password }) { return password === 'right' ? { principal: user } : undefined }`,
      )
      const credentials = { service: 'http', user: 'anna', password: 'right', peerAddress: '192.0.2.1' }
      assert.deepEqual(await auth.plugin.role.authenticate(credentials, callFor('S1')), { principal: 'anna' })
      assert.equal(await auth.plugin.role.authenticate({ ...credentials, password: 'x' }, callFor('S1')), undefined)
      await using notifier = await isolated(
        isolation,
        'notifier',
        `async notify(notice, { log }) { log.info('told', { to: notice.to }) }`,
      )
      await notifier.plugin.role.notify(
        { from: 'a', to: ['b'], headers: '', text: 'c', server: { host: '', port: 25 } },
        callFor('S1'),
      )
      assert.equal(notifier.log.of('told').length, 1)
    })

    test('a log sink gets its lines in order and in batches, and all of them before it stops', async () => {
      await using it = await isolated(
        isolation,
        'log',
        `write(log, service, lines) { console.log(log, service, lines.trim()) }`,
      )
      for (let at = 0; at < 3; at += 1) it.plugin.role.write('access', 'http', `line ${at}\n`)
      await it.plugin.stop()
      assert.deepEqual(
        it.log.of('printed').map(({ data }) => data['text']),
        ['access http line 0', 'access http line 1', 'access http line 2'],
      )
    })

    test('new settings reach it; when it does not take them in time it is begun again with the earlier ones', async () => {
      await using it = await isolated(
        isolation,
        'scanner',
        `async start(settings) { this.word = settings.word }
        async reload(settings) { if (settings.word === 'hang') await new Promise(() => {}); if (settings.word === 'no') throw new Error('not that'); this.word = settings.word }
        async scan() { return { findings: [{ threat: this.word, category: 'malware' }] } }`,
        { settings: { word: 'one' } },
      )
      const word = async () => (await it.plugin.role.scan(named('x'), callFor('S1'))).findings[0]?.threat
      assert.equal(await word(), 'one')
      await it.plugin.reload({ word: 'two' })
      assert.equal(await word(), 'two')
      await assert.rejects(it.plugin.reload({ word: 'no' }), /not that/)
      assert.equal(await word(), 'two')
      await assert.rejects(it.plugin.reload({ word: 'hang' }), code('FSIGK_PLUGIN_TIMEOUT'))
      await it.log.until('plugin ended')
      assert.equal(await word(), 'two')
    })

    test('one that does not start says why, and leaves nothing behind', async () => {
      await assert.rejects(
        isolated(isolation, 'scanner', `async start() { throw new Error('no engine') }`),
        /failed in start\(\): no engine/,
      )
      await assert.rejects(isolated(isolation, 'scanner', '', { before: `process.exit(3)` }), /exit code 3/)
    })

    test('one that ends again and again is down meanwhile, says so at once, and comes back', async () => {
      await using it = await isolated(
        isolation,
        'scanner',
        `async start() { setTimeout(() => process.exit(1), 20) }
        async scan() { return { findings: [] } }`,
      )
      await it.log.until('plugin ended', 2)
      await assert.rejects(it.plugin.role.scan(named('x'), callFor('S1')), code('FSIGK_PLUGIN_DOWN'))
      await it.log.until('plugin ended', 3)
      assert.match(it.downs[0] ?? '', /exit code 1/)
      assert.equal(it.downs[1], undefined)
    })

    test('stopping it ends it, even in an endless loop', async () => {
      const it = await isolated(isolation, 'scanner', OBEDIENT)
      const looping = it.plugin.role.scan(named('loop'), callFor('S1'))
      await Promise.allSettled([it.plugin.stop(), assert.rejects(looping)])
      await it[Symbol.asyncDispose]()
    })
  })
