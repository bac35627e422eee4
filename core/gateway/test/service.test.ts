import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Connection } from '@fsigk/plugin-api'
import { scannerFinding, scannerFindingNothing, scannerHanging, scannerThrowing } from './kit/scanners.js'
import { LineClient, snapshotOf, startService } from './kit/service.js'

const prefix = String.raw`^\d+\.\d{3} \[\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \d+ \d+ 127\.0\.0\.1:127\.0\.0\.1:\d+ \S+:\S+:\S+\] `

describe('a conversation', () => {
  test('is logged, a line a session, before the connection is given back', async () => {
    await using running = await startService()
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask('GET hello'), 'hello')
    assert.equal(await client.ask('GET again'), 'again')
    const [conversation] = running.open
    client.socket.end()
    await conversation
    const text = await readFile(join(running.home.path, 'log/http/access.log'), 'utf8')
    const lines = text.trimEnd().split('\n')
    assert.equal(lines.length, 2)
    const pid = process.pid
    for (const [at, line] of lines.entries())
      assert.match(
        line,
        new RegExp(
          String.raw`^\d+\.\d{3} +\d+ 127\.0\.0\.1 TCP_MISS/200 5 GET line:(hello|again) - DIRECT/- - DETECT-STAT:CLEAN::(hello|again):: ACTION:NONE: PROXY-STAT:http:0:${pid}:127\.0\.0\.1:${at + 1}:1:\d+:: PROTOCOL-STAT:: PROXY-ERROR:: FSIGK:1:[0-9a-z]{11,}:$`,
        ),
      )
    const ids = lines.map((line) => line.split(':').at(-2))
    assert.notEqual(ids[0], ids[1])
    assert.deepEqual(await running.lines('detect'), [])
  })

  test('a detection is answered with the notice, told in both logs, and names its file in quarantine', async () => {
    await using running = await startService(snapshotOf(7, { quarantine: true }), [scannerFinding('Eicar')])
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask('GET <evil>'), '<p>Eicar in &lt;evil&gt;: 403 DELETE</p>')
    client.socket.end()
    await client.closed()
    const [line = ''] = await running.lines('access')
    assert.deepEqual(await running.lines('detect'), [line])
    const name = /DETECT-STAT:INFECTED:Eicar:%3Cevil%3E:([^:]+): ACTION:DELETE: .* FSIGK:7:/.exec(line)?.[1] ?? ''
    assert.equal(await readFile(join(running.home.path, 'quarantine', name), 'utf8'), '<evil>')
  })

  test('a refusal for now is told to the peer, to the record and to error.log', async () => {
    await using running = await startService(snapshotOf(1), [scannerThrowing])
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask('GET x'), '<p>The virus scanner failed. Please try again later.</p>')
    client.socket.end()
    await client.closed()
    assert.match(
      (await running.lines('access'))[0] ?? '',
      / DETECT-STAT:UNSCANNED::x:: ACTION:DEFER: PROXY-STAT:\S+:VSD_ERROR: PROTOCOL-STAT:: PROXY-ERROR:The%20virus%20scanner%20failed/,
    )
    assert.match(
      (await running.lines('error'))[0] ?? '',
      new RegExp(`${prefix}###ERROR### scanner-throwing: scan failed: the engine broke \\[r1 \\w+\\]$`),
    )
  })

  test('without a scanner the error log says so, once and not for every transfer', async () => {
    await using running = await startService(snapshotOf(1), [])
    using client = await LineClient.to(running.port)
    for (let at = 0; at < 5; at += 1) assert.match(await client.ask('GET x'), /No virus scanner is available/)
    const errors = await running.lines('error')
    assert.equal(errors.length, 1)
    assert.match(errors[0] ?? '', /###ERROR### vsd_start\(\) error \(no scanner is loaded\)/)
    assert.equal((await running.lines('access')).length, 5)
  })

  test('a peer that goes while its transfer is scanned leaves a record that says so', async () => {
    await using running = await startService(snapshotOf(1), [scannerHanging])
    const client = await LineClient.to(running.port)
    client.socket.write('GET x\n')
    while (running.service.counters().sessions === 0) await new Promise((resolve) => setImmediate(resolve))
    const [conversation] = running.open
    client.socket.resetAndDestroy()
    // A paused socket does not notice a reset by itself; a write or the end of the service does.
    await running.service.drain(0)
    await conversation
    assert.match(
      (await running.lines('access'))[0] ?? '',
      /DETECT-STAT:UNSCANNED::x:: .*:INCOMPLETE: .*PROXY-ERROR:The%20connection%20was%20closed%20before%20the%20verdict\.: /,
    )
  })

  test('what a plugin throws ends its connection, is logged, and harms no other', async () => {
    await using running = await startService()
    using victim = await LineClient.to(running.port)
    using other = await LineClient.to(running.port)
    assert.equal(await other.ask('GET a'), 'a')
    assert.equal(await victim.ask('THROW'), '')
    assert.match(
      (await running.lines('error'))[0] ?? '',
      new RegExp(`${prefix}###ERROR### http: converse: the plugin broke \\[r1\\]$`),
    )
    assert.equal(await other.ask('GET b'), 'b')
    assert.equal((await running.lines('access')).length, 3)
  })

  test('a session that says nothing is logged all the same when it is closed', async () => {
    await using running = await startService()
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask('PERMIT site.example'), 'allowed')
    client.socket.end()
    await client.closed()
    assert.match((await running.lines('access'))[0] ?? '', / TCP_MISS\/000 0 GET line:site\.example - /)
  })

  test('a connection that asks for nothing is logged with 000', async () => {
    await using running = await startService()
    using client = await LineClient.to(running.port)
    client.socket.end()
    await client.closed()
    const lines = await running.lines('access')
    assert.equal(lines.length, 1)
    assert.match(
      lines[0] ?? '',
      / 127\.0\.0\.1 TCP_MISS\/000 0 GET - - DIRECT\/- - DETECT-STAT:CLEAN:::: ACTION:NONE: /,
    )
  })

  test('a connection that was not accepted here opens no session', async () => {
    await using running = await startService()
    assert.throws(() => running.service.open({} as Connection), { code: 'FSIGK_CONNECTION_FOREIGN' })
  })
})

describe('settings', () => {
  test('a session keeps the revision that it began with; the next has the new one', async () => {
    await using running = await startService(snapshotOf(1))
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask('HOLD'), '1')
    running.service.apply(snapshotOf(2))
    assert.equal(running.service.revision, 2)
    running.protocol.held[0]?.()
    assert.match(await client.line(), /^1 /)
    assert.equal(await client.ask('GET x'), 'x')
    const revisions = (await running.lines('access')).map((line) => / FSIGK:(\d+):/.exec(line)?.[1])
    assert.deepEqual(revisions, ['1', '2'])
  })

  test('settings that cannot be applied leave those in force', async () => {
    await using running = await startService(snapshotOf(1))
    const broken = snapshotOf(2, { acl_from: true }, { access: { http_from: 'ALL EXCEPT' } })
    assert.throws(() => running.service.apply(broken), { code: 'FSIGK_ACCESS_LIST_INVALID' })
    assert.equal(running.service.revision, 1)
  })

  test('a peer that may not come in is refused by the rules of the moment, and told in info.log', async () => {
    await using running = await startService(snapshotOf(1))
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask('GET x'), 'x')
    running.service.apply(snapshotOf(2, { acl_from: true }, { access: { http_from: '192.0.2.0/24' } }))
    assert.equal(await client.ask('GET x'), 'Access Denied')
    assert.match(
      (await running.lines('info'))[0] ?? '',
      new RegExp(`${prefix}Access Denied from \\[127\\.0\\.0\\.1:127\\.0\\.0\\.1\\] \\[r2 \\w+\\]$`),
    )
    assert.equal(running.service.counters().accessDenied, 1)
  })

  test('a target that may not be reached is refused and told, asked for or dialled', async () => {
    await using running = await startService(snapshotOf(1, { acl_to: true }, { access: { http_to: '127.0.0.1' } }))
    using client = await LineClient.to(running.port)
    assert.match(await client.ask('PERMIT site.example 192.0.2.9'), /Access Inhibited by Proxy\(FSIGK\)/)
    assert.match(await client.ask('DIAL 192.0.2.8 80'), /Access Inhibited by Proxy\(FSIGK\)/)
    const lines = await running.lines('info')
    assert.match(lines[0] ?? '', /Access Denied to \[192\.0\.2\.9:site\.example\] \[r1 \w+\]$/)
    assert.match(lines[1] ?? '', /Access Denied to \[192\.0\.2\.8:192\.0\.2\.8\] \[r1 \w+\]$/)
  })

  test('the server that was dialled stands in the record and in what is logged afterwards', async () => {
    await using running = await startService()
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask(`DIAL 127.0.0.1 ${port}`), '127.0.0.1')
    client.socket.end()
    await client.closed()
    assert.match((await running.lines('access'))[0] ?? '', / DIRECT\/127\.0\.0\.1 /)
    server.close()
  })

  test('the error page is filled in from the session', async () => {
    await using running = await startService()
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask('NOTICE a < b ${URL}'), '<p>a &lt; b ${URL}</p>')
  })
})

describe('draining', () => {
  test('lets what is under way finish', async () => {
    await using running = await startService()
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask('WAIT'), 'waiting')
    await running.service.drain(10_000)
    assert.equal(running.open.size, 0)
    await client.closed()
    assert.equal((await running.lines('access')).length, 1)
  })

  test('ends what does not, at its deadline, and its record is written', async () => {
    await using running = await startService()
    using client = await LineClient.to(running.port)
    assert.equal(await client.ask('GET x'), 'x')
    using held = await LineClient.to(running.port)
    assert.equal(await held.ask('HOLD'), '1')
    const began = performance.now()
    const draining = running.service.drain(100)
    await client.closed()
    running.protocol.held[0]?.()
    await draining
    assert.ok(performance.now() - began >= 95)
    assert.equal((await running.lines('access')).length, 2)
    assert.equal(running.service.counters().openConnections, 0)
  })

  test('with nothing under way takes no time', async () => {
    await using running = await startService()
    const began = performance.now()
    await running.service.drain(60_000)
    assert.ok(performance.now() - began < 30_000)
  })
})

describe('counters', () => {
  test('tell connections, transfers, bytes, detections and what was unscanned, by cause', async () => {
    await using running = await startService(snapshotOf(1), [scannerFindingNothing])
    using client = await LineClient.to(running.port)
    await client.ask('GET twelve bytes')
    running.service.apply(snapshotOf(2, { virus_check: false }))
    await client.ask('GET x')
    const counters = running.service.counters()
    assert.deepEqual(
      { ...counters, scanMs: 0 },
      {
        connections: 1,
        openConnections: 1,
        sessions: 2,
        records: 2,
        transfers: 2,
        bytes: 13,
        clean: 1,
        detections: 0,
        brokenOff: 0,
        refusedForNow: 0,
        unscanned: { skipped: 1 },
        scans: 1,
        scanMs: 0,
        scannerFailures: 0,
        quarantined: 0,
        accessDenied: 0,
        errors: 0,
      },
    )
  })
})
