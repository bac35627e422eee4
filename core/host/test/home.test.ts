import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { openAdministration, readStatus, startGateway } from '@fsigk/host'
import { EchoGateway, temporaryPlace } from './echo-gateway.js'

describe('the home', () => {
  test('state folders and what stands in them are private', async () => {
    await using echo = await EchoGateway.start()
    const mode = async (name: string) => (await stat(join(echo.place.home, name))).mode & 0o777
    for (const name of ['conf', 'log', 'store', 'quarantine', 'tmp', 'databases'])
      assert.equal(await mode(name), 0o700, name)
    assert.equal(await mode('control.sock'), 0o600)
    assert.equal(await mode('lock'), 0o600)
    assert.equal(await mode('store/events.db'), 0o600)
    assert.equal(await mode('conf/fsigk.ini'), 0o640)
  })

  test('a second gateway on a home is refused at once, by name of the home and process', async () => {
    await using echo = await EchoGateway.start()
    await assert.rejects(startGateway(echo.place), (error: Error & { code: string }) => {
      assert.equal(error.code, 'FSIGK_HOME_IN_USE')
      assert.ok(error.message.includes(echo.place.home) && error.message.includes(String(process.pid)), error.message)
      return true
    })
    const client = await echo.client()
    await client.greeting()
  })

  test('a home that cannot be made is refused by its name', async () => {
    await using place = await temporaryPlace()
    const file = join(place.home, 'file')
    await writeFile(file, '')
    await assert.rejects(startGateway({ ...place, home: join(file, 'home') }), {
      code: 'FSIGK_HOME_NOT_WRITABLE',
      message: /file\/home' cannot be used \(ENOTDIR/,
    })
  })

  test('a home where the system makes no folders is refused, not tried for ever', async () => {
    await using place = await temporaryPlace()
    await assert.rejects(startGateway({ ...place, home: '/proc/fsigk/home' }), {
      code: 'FSIGK_HOME_NOT_WRITABLE',
      message: /\/proc\/fsigk\/home' cannot be used \(ENOENT/,
    })
  })

  test('the control socket works at a path that is longer than sockets allow', async () => {
    await using place = await temporaryPlace()
    const long = { ...place, home: join(place.home, 'x'.repeat(120), 'y'.repeat(120)) }
    await mkdir(long.home, { recursive: true })
    const gateway = await startGateway(long)
    try {
      assert.equal((await readStatus(long)).pid, process.pid)
      assert.equal((await stat(join(long.home, 'control.sock'))).mode & 0o777, 0o600)
    } finally {
      await gateway.stop()
    }
    await assert.rejects(stat(join(long.home, 'control.sock')), { code: 'ENOENT' })
  })

  test('a control socket of another user is told as that', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('becoming another user needs root')
    await using echo = await EchoGateway.start()
    const folder = dirname(echo.place.home)
    for (const each of [folder, echo.place.home]) await chmod(each, 0o711)
    process.seteuid?.(65534)
    try {
      await assert.rejects(readStatus(echo.place), {
        code: 'FSIGK_CONTROL_DENIED',
        message: /control\.sock' is not for this user/,
      })
    } finally {
      process.seteuid?.(0)
    }
  })

  test('a mistyped word is answered alike with and without a gateway', async () => {
    await using place = await temporaryPlace()
    const key = 'k'.repeat(1000)
    const answers = async () => {
      await using administration = await openAdministration(place)
      const calls = [
        administration.change({ actor: 'test', origin: 'cli', changes: [{ key, to: '1' }] }),
        administration.list({ keys: [key] }),
        administration.show({ revision: key }),
        administration.history({ since: key }),
      ]
      return await Promise.all(
        calls.map((call) =>
          call.then(String, (error: { code: string; message: string }) => [error.code, error.message]),
        ),
      )
    }
    const stopped = await answers()
    assert.deepEqual(
      stopped.map(([code]) => code),
      ['FSIGK_SETTINGS_INVALID', 'FSIGK_SETTING_UNKNOWN', 'FSIGK_REVISION_UNKNOWN', 'FSIGK_TIME_INVALID'],
    )
    await using _ = await EchoGateway.start({ place })
    assert.deepEqual(await answers(), stopped)
  })

  test('a long history comes whole, or as much of it as is asked, over the control socket', async () => {
    await using echo = await EchoGateway.start()
    for (let revision = 2; revision <= 230; revision += 1) await echo.set({ 'common.product_name': `name ${revision}` })
    await using administration = await openAdministration(echo.place)
    const revisions = async (request: { limit?: number; before?: number }) =>
      (await administration.history(request)).map(({ revision }) => revision)
    const down = (from: number, count: number) => Array.from({ length: count }, (_, index) => from - index)
    assert.deepEqual(await revisions({}), down(230, 230))
    assert.deepEqual(await revisions({ limit: 150 }), down(230, 150))
    assert.deepEqual(await revisions({ limit: 120, before: 110 }), down(109, 109))
  })

  test('what a crash left of lock and control socket stands in nobody’s way', async () => {
    await using place = await temporaryPlace()
    await writeFile(join(place.home, 'control.sock'), '')
    await writeFile(join(place.home, 'lock'), 'gateway 1\n')
    await using echo = await EchoGateway.start({ place })
    assert.equal((await readStatus(place)).state, 'running')
    assert.match(await readFile(join(place.home, 'lock'), 'utf8'), new RegExp(`^gateway ${process.pid}\\n$`))
    assert.ok(echo.service.port > 0)
  })

  test('files of conf/ that are gone come back at the start', async () => {
    await using place = await temporaryPlace()
    await (await EchoGateway.start({ place }))[Symbol.asyncDispose]()
    const before = await readFile(join(place.home, 'conf/fsigk.ini'), 'utf8')
    await rm(join(place.home, 'conf'), { recursive: true })
    await using _ = await EchoGateway.start({ place })
    assert.equal(await readFile(join(place.home, 'conf/fsigk.ini'), 'utf8'), before)
  })

  test('what somebody wrote into a file of conf/ is in force from the next start on', async () => {
    await using place = await temporaryPlace()
    await (await EchoGateway.start({ place }))[Symbol.asyncDispose]()
    await writeFile(join(place.home, 'conf/hosts.allow'), '# mine\nhttp_from: ALL\n')
    await using _ = await EchoGateway.start({ place })
    await using administration = await openAdministration(place)
    const [newest] = await administration.history({ limit: 1 })
    assert.deepEqual([newest?.origin, newest?.actor], ['file', userInfo().username])
    assert.equal((await administration.list({ keys: ['access.http_from'] }))[0]?.value, 'ALL')
    assert.equal(await readFile(join(place.home, 'conf/hosts.allow'), 'utf8'), '# mine\nhttp_from: ALL\n')
  })

  test('an edit that breaks a rule stays where it is, and is told; the settings stay as they were', async () => {
    await using place = await temporaryPlace()
    await (await EchoGateway.start({ place }))[Symbol.asyncDispose]()
    await writeFile(join(place.home, 'conf/hosts.allow'), 'http_from: 300.1.2.3\n')
    await using echo = await EchoGateway.start({ place })
    const [edited] = echo.gateway.status().editedFiles ?? []
    assert.equal(edited?.name, 'hosts.allow')
    assert.match(edited?.because ?? '', /^line 1: access\.http_from=300\.1\.2\.3: /)
    assert.equal(echo.gateway.status().revision, 1)
    assert.equal(await readFile(join(place.home, 'conf/hosts.allow'), 'utf8'), 'http_from: 300.1.2.3\n')
  })
})

describe('administration', () => {
  test('is the same over the control socket and with the gateway stopped', async () => {
    await using place = await temporaryPlace()
    {
      await using echo = await EchoGateway.start({ place })
      await using remote = await openAdministration(place)
      const changes = [{ key: 'echo.greeting', to: 'remote' }]
      const report = await remote.change({ actor: 'me', origin: 'cli', comment: 'why', changes })
      assert.deepEqual(report.changes, [{ key: 'echo.greeting', from: 'hello', to: 'remote' }])
      assert.equal(report.services[0]?.applied, true)
      const client = await echo.client()
      assert.equal((await client.greeting()).text, 'remote')
      await assert.rejects(
        remote.change({ actor: 'me', origin: 'cli', changes: [{ key: 'echo.pre_spawn', to: '0' }] }),
        {
          code: 'FSIGK_SETTINGS_INVALID',
          details: [{ key: 'echo.pre_spawn', value: '0', rule: 'must be a whole number from 1 to 1000' }],
        },
      )
      await assert.rejects(remote.rollback({ actor: 'me', to: '9' }), { code: 'FSIGK_REVISION_UNKNOWN' })
    }
    await using local = await openAdministration(place)
    assert.equal((await local.status({})).state, 'stopped')
    const undone = await local.rollback({ actor: 'me', to: '-1', expected: 'r2' })
    assert.deepEqual([undone.revision, undone.services], [3, []])
    assert.equal(await local.diff({ from: '1', to: '3' }), '')
    assert.deepEqual(
      (await local.history({ limit: 2 })).map(({ revision, comment }) => [revision, comment]),
      [
        [3, 'Rollback to r1'],
        [2, 'why'],
      ],
    )
    assert.deepEqual(
      (await local.list({ keys: ['echo.greeting'], revision: 'r2' })).map(({ value, default: initial }) => [
        value,
        initial,
      ]),
      [['remote', 'hello']],
    )
    await assert.rejects(local.list({ keys: ['echo.greting'] }), {
      code: 'FSIGK_SETTING_UNKNOWN',
      message: /did you mean echo\.greeting/,
    })
  })

  test('several at once on a stopped home go one after the other', async () => {
    await using place = await temporaryPlace()
    const saved = await Promise.all(
      ['a', 'b', 'c'].map(async (to) => {
        await using administration = await openAdministration(place)
        return await administration.change({ actor: 'me', origin: 'cli', changes: [{ key: 'echo.greeting', to }] })
      }),
    )
    assert.deepEqual(saved.map(({ revision }) => revision).sort(), [2, 3, 4])
  })

  const nonsense: readonly { readonly says: string; readonly code: string; readonly rule: RegExp }[] = [
    { says: 'not JSON', code: 'FSIGK_CONTROL_REQUEST', rule: /JSON/ },
    { says: '{"call":"status"}', code: 'none', rule: /./ },
    { says: '{"call":"launch","params":{}}', code: 'FSIGK_CONTROL_REQUEST', rule: /no call 'launch'/ },
    { says: '{"call":"diff","params":{"from":1}}', code: 'FSIGK_CONTROL_REQUEST', rule: /from/ },
    {
      says: '{"call":"change","params":{"actor":"x","origin":"install","changes":[]}}',
      code: 'FSIGK_CONTROL_REQUEST',
      rule: /origin/,
    },
    { says: `"${'x'.repeat(16 * 1024 * 1024)}`, code: 'FSIGK_CONTROL_REQUEST', rule: /exceeds 16777216 bytes/ },
  ]
  test('nonsense over the control socket is answered with its rule, and the gateway lives', async () => {
    await using echo = await EchoGateway.start()
    for (const { says, code, rule } of nonsense) {
      const socket = connect(join(echo.place.home, 'control.sock'))
      let received = ''
      socket.on('error', () => {})
      socket.end(`${says}\n`)
      for await (const chunk of socket) received += chunk
      const { error } = JSON.parse(received) as { error?: { code: string; message: string } }
      assert.equal(error?.code ?? 'none', code)
      assert.match(error?.message ?? 'none', rule)
    }
    assert.equal((await readStatus(echo.place)).state, 'running')
  })
})
