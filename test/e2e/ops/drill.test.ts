import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { RawClient, runCli, startTestGateway, startWebOrigin, temporaryFolder } from '@fsigk/testing'

interface Answer {
  readonly service: string
  readonly cause: string
  readonly meets: string
  readonly fields: Readonly<Record<string, string>>
  readonly delivered: boolean
  readonly result: string
  readonly name: string
  readonly details: readonly string[]
  readonly decidedBy: readonly string[]
  readonly open: boolean
}

const blocked = (name: string) => `FSIGK/POLICY_BLOCK_${name}`

describe('fsigk drill', () => {
  test('beside a gateway that serves: every cause by a real transfer, the default table, and nobody else sees it [SCAN-09]', async () => {
    await using folder = await temporaryFolder('drills')
    await using origin = await startWebOrigin({ '/': 'served' })
    await using gateway = await startTestGateway({
      // None of these is to be met by a drill.
      settings: {
        'http.acl_to': true,
        'access.http_to': '127.0.0.1',
        'http.keepalive': true,
        'http.notify_admin': true,
      },
    })
    using client = await RawClient.to(gateway.http)
    const request = `GET ${origin.url}/ HTTP/1.1\r\nHost: x\r\n\r\n`
    client.send(request)
    await client.until((heard) => heard.endsWith('served'))

    const { code, stdout, stderr } = await runCli(gateway.home, ['drill', 'all', '--json'], { TMPDIR: folder.path })
    assert.equal(code, 0, stderr)
    const all = JSON.parse(stdout) as readonly Answer[]
    const answers = all.filter(({ service }) => service === 'http')
    const told = (word: number, answers: readonly Answer[]) =>
      answers.map(({ cause, meets, name, details, delivered, decidedBy }) => [
        cause,
        meets.split(' ')[word],
        name,
        details.join(),
        delivered,
        decidedBy[0],
      ])
    assert.deepEqual(told(1, answers), [
      ['engine-down', '503', '', 'VSD_DOWN', false, 'http.fail_open=no'],
      ['engine-error', '503', '', 'VSD_ERROR', false, 'http.fail_open=no'],
      ['no-space', '503', '', 'TMPDIR_FULL', false, 'http.fail_open=no'],
      ['max-nested', '403', blocked('MAXNESTED'), 'VSD_MAXNESTED', false, 'http.block_maxnested=yes'],
      ['encrypted', '200', '', 'VSD_ENCRYPTED', true, 'http.block_encrypted=no'],
      ['undecodable', '403', blocked('UNDECODABLE'), 'VSD_UNDECODABLE', false, 'http.block_undecodable=yes'],
      ['filesize', '200', '', '', true, 'http.block_filesize=no'],
      ['over-filesize', '200', '', '', true, 'http.pass_filesize=no'],
      ['range', '200', '', '', true, 'http.range=whole'],
      ['scan-timeout', '403', blocked('SCANTIMEOUT'), 'VSD_SCANTIMEOUT', false, 'http.block_scantimeout=yes'],
    ])
    assert.deepEqual(
      answers.filter(({ meets }) => meets.includes(' 503 ')).map(({ fields }) => fields['Retry-After']),
      ['30', '30', '30'],
    )
    for (const [service, forNow, accepted] of [
      ['smtp', '451', '250'],
      ['pop', '-ERR', '+OK'],
    ] as const)
      assert.deepEqual(
        told(
          0,
          all.filter((answer) => answer.service === service),
        ),
        [
          ['engine-down', forNow, '', 'VSD_DOWN', false, `${service}.fail_open=no`],
          ['engine-error', forNow, '', 'VSD_ERROR', false, `${service}.fail_open=no`],
          ['no-space', forNow, '', 'TMPDIR_FULL', false, `${service}.fail_open=no`],
          ['max-nested', accepted, blocked('MAXNESTED'), 'VSD_MAXNESTED', false, `${service}.block_maxnested=yes`],
          ['encrypted', accepted, '', 'VSD_ENCRYPTED', true, `${service}.block_encrypted=no`],
          [
            'undecodable',
            accepted,
            blocked('UNDECODABLE'),
            'VSD_UNDECODABLE',
            false,
            `${service}.block_undecodable=yes`,
          ],
          ['filesize', accepted, '', '', true, `${service}.block_filesize=no`],
          ['messagesize', accepted, '', '', true, `${service}.block_messagesize=no`],
          ['over-filesize', accepted, '', '', true, `${service}.pass_filesize=no`],
          [
            'scan-timeout',
            accepted,
            blocked('SCANTIMEOUT'),
            'VSD_SCANTIMEOUT',
            false,
            `${service}.block_scantimeout=yes`,
          ],
        ],
      )

    client.send(request)
    await client.until((heard) => heard.split('served').length === 3)
    await gateway.accessLine('http://')
    assert.doesNotMatch((await gateway.log('http', 'access')) + (await gateway.log('http', 'error')), /drill|VSD_/)
    assert.deepEqual((await gateway.status()).outages, [])
    assert.deepEqual(JSON.parse((await gateway.cli('facts', '--json')).stdout), [])
    assert.deepEqual(await readdir(folder.path), [])
  })

  test('while nothing runs: the settings in force decide, and --set shows what others would do', async () => {
    await using folder = await temporaryFolder('drills')
    const run = (...args: readonly string[]) => runCli(folder.path, args)
    assert.equal((await run('config', 'set', 'http.fail_open=yes', 'http.vsd_scantimeout=0')).code, 0)
    const opened = await run('drill', 'engine-down')
    assert.equal(opened.code, 1, opened.stderr)
    assert.match(opened.stdout, /^http engine-down: LETS THROUGH WHAT THE DEFAULT REFUSES$/m)
    assert.match(opened.stdout, /^ +decided by +http\.fail_open=yes$/m)
    assert.match(opened.stdout, /^ +the client meets +HTTP\/1\.1 200 OK$/m)
    assert.match(opened.stdout, /^ +and reads +the body$/m)
    assert.match(opened.stdout, /^ +the log says +UNSCANNED NONE VSD_DOWN$/m)

    const shut = await run('drill', 'engine-down', '--set', 'http.fail_open=no')
    assert.deepEqual([shut.code, /HTTP\/1\.1 503/.test(shut.stdout)], [0, true], shut.stdout)
    const endless = await run('drill', 'scan-timeout')
    assert.deepEqual([endless.code, /http\.vsd_scantimeout=0/.test(endless.stdout)], [0, true], endless.stdout)

    const sized = await run('drill', 'messagesize', '--set', 'smtp.block_messagesize=yes')
    assert.match(
      sized.stdout,
      /^smtp messagesize$[\s\S]*?the client meets +554 Too long message [\s\S]*?^pop messagesize$/m,
    )
    const unknown = await run('drill', 'engine-off')
    assert.deepEqual([unknown.code, unknown.stdout], [2, ''])
    assert.match(unknown.stderr, /^fsigk: There is no cause 'engine-off'; there are engine-down, /)
    assert.equal((await run('drill', 'range', '--set', 'http.range=sideways')).code, 2)
  })
})
