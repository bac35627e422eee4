/** Access control by the lists of guide 7.2, with clients at many addresses of 127.0.0.0/8 and a name server of our own. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rename, rm, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startTestGateway, startWebOrigin, type TestGateway, temporaryFolder } from '@fsigk/testing'
import { type DnsRecords, startDnsServer } from '../../peers/dns-server.js'
import { underNameServer } from '../../peers/name-service.js'
import { EICAR } from '../../peers/samples.js'

interface Reply {
  readonly status: number
  readonly body: string
}

/** Asks through the gateway, on a connection of its own. @param from the client's address */
async function ask({ http }: TestGateway, url: string, from = '127.0.0.1'): Promise<Reply> {
  const request = get({ host: http.host, port: http.port, path: url, localAddress: from, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks = await response.toArray()
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }
}

describe('access lists', () => {
  const cases: readonly { readonly list: string; readonly yes: string; readonly no: string }[] = [
    { list: '127.0.0.5 127.0.0.6', yes: '127.0.0.5 127.0.0.6', no: '127.0.0.1 127.0.0.7' },
    { list: '127.0.1.', yes: '127.0.1.1 127.0.1.255', no: '127.0.0.1 127.0.11.1' },
    { list: '127.1.0.0/255.255.0.0,127.0.0.9', yes: '127.1.2.3 127.0.0.9', no: '127.2.1.1' },
    { list: '127.0.0.64/26 127.0.0.9/32', yes: '127.0.0.64 127.0.0.127 127.0.0.9', no: '127.0.0.63 127.0.0.128' },
    { list: '127.0.5.0/255.0.255.0', yes: '127.9.5.1', no: '127.9.6.1' },
    { list: 'ALL', yes: '127.0.0.1 127.255.1.1', no: '' },
    { list: 'ALL EXCEPT 127.0.0.2', yes: '127.0.0.1', no: '127.0.0.2' },
    { list: '127. EXCEPT 127.0. EXCEPT 127.0.0.', yes: '127.1.1.1 127.0.0.3', no: '127.0.1.1' },
    { list: '127. EXCEPT 127.0. EXCEPT 127.0.0. EXCEPT 127.0.0.4', yes: '127.0.0.3 127.2.1.1', no: '127.0.0.4' },
    { list: '127.0.0.?', yes: '127.0.0.1 127.0.0.9', no: '127.0.0.10' },
    { list: 'KNOWN', yes: '', no: '127.0.0.5' },
    { list: '192.0.2.1\n127.0.0.8\n127.0.3. EXCEPT 127.0.3.3', yes: '127.0.0.8 127.0.3.1', no: '127.0.3.3 127.0.0.1' },
  ]

  test('decide by addresses, nets in every form, and nested EXCEPT who may connect [ACL-01, HTTP-13]', async () => {
    await using origin = await startWebOrigin({ '/x': 'through' })
    await using gateway = await startTestGateway({ settings: { 'http.acl_from': true } })
    for (const { list, yes, no } of cases) {
      await gateway.set({ 'access.http_from': list })
      for (const from of yes.split(' ').filter(Boolean))
        assert.deepEqual(
          await ask(gateway, `${origin.url}/x`, from),
          { status: 200, body: 'through' },
          `${list}: ${from}`,
        )
      for (const from of no.split(' ').filter(Boolean)) {
        const { status, body } = await ask(gateway, `${origin.url}/x`, from)
        assert.equal(status, 403, `${list}: ${from}`)
        assert.match(body, /Access Denied/)
        const line = new RegExp(`Access Denied from \\[${from}:${from}\\]`)
        await gateway.line('http', 'info', line)
      }
    }
  })

  test('of destinations are asked by the name and by the address that is dialled [ACL-01, ACL-03, HTTP-13]', async () => {
    await using origin = await startWebOrigin({ '/x': 'through' })
    await using gateway = await startTestGateway({ settings: { 'http.acl_to': true, 'access.http_to': 'localhost' } })
    const named = `http://localhost:${origin.port}/x`
    assert.equal((await ask(gateway, named)).status, 200)
    assert.equal((await ask(gateway, `${origin.url}/x`)).status, 403)
    await gateway.line('http', 'info', 'Access Denied to [127.0.0.1:127.0.0.1]')
    await gateway.set({ 'access.http_to': 'ALL EXCEPT 127.0.0.1' })
    assert.equal((await ask(gateway, named)).status, 403)
    await gateway.line('http', 'info', /Access Denied to \[[0-9.]*:localhost\]/)
    await gateway.set({ 'http.acl_to': false })
    assert.equal((await ask(gateway, `${origin.url}/x`)).status, 200)
  })

  test('of hosts that are not scanned let their data pass as it comes, and no other [HTTP-13]', async () => {
    await using origin = await startWebOrigin({ '/eicar': EICAR, '/e2': EICAR, '/e3': EICAR, '/e4': EICAR })
    await using gateway = await startTestGateway({
      settings: { 'http.acl_pass_to': true, 'access.http_pass_to': 'localhost 192.0.2.0/24' },
    })
    const named = `http://localhost:${origin.port}`
    assert.equal((await ask(gateway, `${named}/eicar`)).body, EICAR.toString())
    assert.match(await gateway.line('http', 'access', '/eicar'), /DETECT-STAT:UNSCANNED:.*:PASS_TO:/)
    assert.notEqual((await ask(gateway, `${origin.url}/e2`)).body, EICAR.toString())
    await gateway.set({ 'access.http_pass_to': '127.0.0.0/8 EXCEPT 127.0.0.2' })
    assert.equal((await ask(gateway, `${origin.url}/e3`)).body, EICAR.toString())
    await gateway.set({ 'http.acl_pass_to': false })
    assert.notEqual((await ask(gateway, `${named}/e4`)).body, EICAR.toString())
  })

  test('may name list files, which are read again when they change [ACL-01]', async () => {
    await using folder = await temporaryFolder()
    await using origin = await startWebOrigin({ '/x': 'through' })
    const file = join(folder.path, 'deny.txt')
    await writeFile(file, '127.0.0.5 127.0.2.\n# the branch office\n127.0.0.6\n')
    await using gateway = await startTestGateway({
      settings: { 'http.acl_from': true, 'access.http_from': `ALL EXCEPT ${file}` },
    })
    const statusOf = async (from: string) => (await ask(gateway, `${origin.url}/x`, from)).status
    assert.deepEqual(
      await Promise.all(['127.0.0.5', '127.0.2.9', '127.0.0.6', '127.0.0.7'].map(statusOf)),
      [403, 403, 403, 200],
    )

    await writeFile(`${file}.new`, '127.0.0.7\n')
    await rename(`${file}.new`, file)
    await until(async () => (await statusOf('127.0.0.7')) === 403)
    assert.equal(await statusOf('127.0.0.5'), 200)

    await rm(file)
    await until(
      async () => (await statusOf('127.0.0.5')) === 200 && /cannot be read/.test(await gateway.log('http', 'error')),
    )
    assert.match(
      await gateway.line('http', 'error', file),
      /access\.http_from cannot be used: list file .* cannot be read: .*The list as it was last read stays in force/,
    )
    assert.equal(await statusOf('127.0.0.7'), 403, 'neither everybody nor nobody')
  })

  test('are refused with the two ways out when a line is longer than 2047 bytes; several lines are one list [ACL-02]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.acl_from': true } })
    const hosts = Array.from({ length: 300 }, (_, index) => `127.1.${index >> 8}.${index & 255}`)
    const long = await gateway.cli('config', 'set', `access.http_from=${hosts.join(' ')}`)
    assert.equal(long.code, 2)
    assert.match(long.stderr, /makes line 1 of hosts\.allow \d{4} bytes long; at most 2047 are allowed/)
    assert.match(long.stderr, /Write the hosts to a file and name its path here .*, or specify several lines/)
    const lines = [hosts.slice(0, 120), hosts.slice(120, 240), hosts.slice(240)].map((line) => line.join(' '))
    await gateway.set({ 'access.http_from': lines.join('\n') })
    await using origin = await startWebOrigin({ '/x': 'through' })
    const statuses = ['127.1.0.0', '127.1.0.130', '127.1.1.43', '127.1.1.44'].map(
      async (from) => (await ask(gateway, `${origin.url}/x`, from)).status,
    )
    assert.deepEqual(await Promise.all(statuses), [200, 200, 200, 403])
    const { stdout } = await gateway.cli('config', 'show', '--file', 'hosts.allow')
    assert.equal(stdout.match(/^http_from: /gm)?.length, 3)
  })

  test('with an invalid pattern are refused with what is wrong and where [ACL-01]', async () => {
    await using gateway = await startTestGateway()
    for (const [list, rule] of [
      ['10.0.0.300', /'10\.0\.0\.300' is no address.*character 1/],
      ['ALL EXCEPT', /EXCEPT needs patterns after it/],
      ['192.168.3.4/255.255.0.0', /has bits outside its mask/],
      ['PARANOID', /a name that does not fit its address counts as UNKNOWN/],
    ] as const) {
      const { code, stderr } = await gateway.cli('config', 'set', `access.http_from=${list}`)
      assert.equal(code, 2)
      assert.match(stderr, rule)
    }
  })
})

describe('reverselookup', () => {
  const records: DnsRecords = {
    ptr: {
      '127.0.0.5': 'PC.good.test',
      // Whoever owns 127.0.0.6 says that it is pc.good.test; the owner of that name knows nothing of it.
      '127.0.0.6': 'pc.good.test',
      '127.0.0.7': '127.0.0.5',
      '127.0.0.9': 'single.other.test',
    },
    a: { 'pc.good.test': ['127.0.0.77', '127.0.0.5'], 'single.other.test': ['127.0.0.9'] },
    silent: ['8.0.0.127.in-addr.arpa'],
  }

  /** A gateway whose machine asks a name server of ours, and whose hosts file knows 127.0.0.1 alone. */
  async function lookingUp(address: string, settings: Readonly<Record<string, string | boolean>>) {
    await using resources = new AsyncDisposableStack()
    const folder = resources.use(await temporaryFolder())
    const dns = resources.use(await startDnsServer(address, records))
    const under = await underNameServer(folder.path, address, '127.0.0.1 localhost\n127.0.0.10 by-file\n')
    const gateway = resources.use(
      await startTestGateway({
        settings: { 'http.reverselookup': true, ...settings },
        under,
      }),
    )
    const owned = resources.move()
    return { gateway, dns, [Symbol.asyncDispose]: () => owned.disposeAsync() }
  }

  test('shows the confirmed name in access.log and in notices, and lets lists name it; a forged one counts for nothing [ACL-04, HTTP-17]', async () => {
    await using origin = await startWebOrigin({ '/x': 'through', '/eicar': EICAR })
    await using looking = await lookingUp('127.77.0.1', {
      'http.acl_from': true,
      'access.http_from': '.good.test',
      'template.http': '<p>for ${CLIENT_HOST} at ${CLIENT_ADDR}</p>',
    })
    const { gateway, dns } = looking
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.5')).status, 200)
    assert.match(
      await gateway.line('http', 'access', '/x'),
      /^\S+ +\d+ pc\.good\.test TCP_MISS\/200 .* PROXY-STAT:http:\d+:\d+:127\.0\.0\.5:/,
    )
    assert.equal(
      (await ask(gateway, `${origin.url}/eicar`, '127.0.0.5')).body.trim(),
      '<p>for pc.good.test at 127.0.0.5</p>',
    )

    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.6')).status, 403)
    await gateway.line('http', 'info', 'Access Denied from [127.0.0.6:127.0.0.6]')
    await gateway.line(
      'http',
      'info',
      'reverselookup: gethostbyaddr(127.0.0.6) failed. herror=4(No address associated with name).',
    )
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.9')).status, 403)
    await gateway.line('http', 'info', 'Access Denied from [127.0.0.9:single.other.test]')
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.44')).status, 403)
    await gateway.line('http', 'info', 'reverselookup: gethostbyaddr(127.0.0.44) failed. herror=1(Unknown host).')

    // A name that is an address must not open what is open to that address.
    await gateway.set({ 'access.http_from': '127.0.0.5 pc.good.test' })
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.7')).status, 403)
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.6')).status, 403)

    await gateway.set({ 'access.http_from': 'LOCAL' })
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.10')).status, 200, 'the hosts file names it')
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.9')).status, 403)
    await gateway.set({ 'access.http_from': 'KNOWN' })
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.9')).status, 200)
    await gateway.set({ 'access.http_from': 'UNKNOWN' })
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.6')).status, 200, 'a forged name is no name')

    const asked = dns.questions.filter((question) => question === 'PTR 5.0.0.127.in-addr.arpa')
    assert.equal(asked.length, 1, 'asked once, then remembered')
  })

  test('does without a name when the name server says nothing, after a while [ACL-04]', async () => {
    await using origin = await startWebOrigin({ '/x': 'through' })
    await using looking = await lookingUp('127.77.0.2', { 'http.acl_from': false })
    const { gateway, dns } = looking
    const began = Date.now()
    assert.equal((await ask(gateway, `${origin.url}/x`, '127.0.0.8')).status, 200)
    assert.ok(Date.now() - began < 30_000)
    assert.match(await gateway.line('http', 'access', '/x'), /^\S+ +\d+ 127\.0\.0\.8 TCP_MISS/)
    await gateway.line(
      'http',
      'info',
      'reverselookup: gethostbyaddr(127.0.0.8) failed. herror=2(Host name lookup failure).',
    )
    assert.ok(dns.questions.includes('PTR 8.0.0.127.in-addr.arpa'))
  })

  test('off, asks no name server, and no list by names lets anybody in [HTTP-17]', async () => {
    await using origin = await startWebOrigin({ '/x': 'through' })
    await using looking = await lookingUp('127.77.0.3', {
      'http.reverselookup': false,
      'http.acl_from': true,
      'access.http_from': '.good.test',
    })
    assert.equal((await ask(looking.gateway, `${origin.url}/x`, '127.0.0.5')).status, 403)
    assert.deepEqual(looking.dns.questions, [])
  })
})

/** Asks again until it is so; the test's own time limit ends it. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(50)
}
