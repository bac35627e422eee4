import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RawClient, startTestGateway, startWebOrigin, type TestGateway, until } from '@fsigk/testing'
import { startClamd } from '../../peers/clamd.js'
import { curl } from '../../peers/curl.js'
import { startMailServer } from '../../peers/mail-server.js'

interface Fact {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

describe('outages of scanners', () => {
  test('clamd stops and comes back: 1,000 transfers are refused with Retry-After, one alarm, one note (and a mail of each), and it scans again without a restart [SCAN-09]', async () => {
    await using clamd = await startClamd()
    // A body of its own for each: what was scanned before is known without clamd.
    await using origin = await startWebOrigin({ '/': ({ url }, response) => void response.end(`body of ${url}`) })
    await using mail = await startMailServer()
    await using gateway = await startTestGateway({
      settings: {
        'plugins.scanners': 'scanner-clamav',
        'scanner_clamav.servers': clamd.socket,
        'http.workers': 2,
        'http.notify_admin': true,
        'common.admin_mailaddr': 'admin@example.org',
        'common.admin_mx_host': '127.0.0.1',
        'common.admin_mx_port': mail.port,
      },
    })
    assert.equal((await curl(gateway, `${origin.url}/?before`)).status, 200)
    assert.deepEqual((await gateway.status()).outages, [])

    await clamd.signal('SIGKILL')
    const answers = await askOften(gateway, `${origin.url}/`, 1_000)
    assert.deepEqual(new Set(answers.map((answer) => answer.slice(0, 12))), new Set(['HTTP/1.1 503']))
    assert.ok(answers.every((answer) => /^Retry-After: \d+\r$/im.test(answer)))
    await gateway.line('http', 'error', /###ERROR### Nothing can be scanned: /)
    await until('all of them are counted', async () => (await refusedNow(gateway)) === 1_000)
    const { code, stdout } = await gateway.cli('status')
    assert.equal(code, 1)
    assert.match(stdout, /^scanners +\d{4}-\S+Z +1000 +0 +\S/m)

    await clamd.restart()
    await until(
      'it scans again',
      async () => (await curl(gateway, `${origin.url}/?after${performance.now()}`)).status === 200,
    )
    await until('it is over', async () => {
      await curl(gateway, `${origin.url}/?later${performance.now()}`)
      return (await gateway.status()).outages?.length === 0
    })

    const errors = (await gateway.log('http', 'error')).split('\n')
    assert.equal(errors.filter((line) => line.includes('Nothing can be scanned')).length, 1)
    const notes = errors.filter((line) => line.includes('Scanning works again'))
    assert.equal(notes.length, 1)
    const facts = (JSON.parse((await gateway.cli('facts', '--json')).stdout) as Fact[]).toReversed()
    assert.deepEqual(
      facts.map(({ type, data }) => [type, data['what']]),
      [
        ['OutageBegan', 'scanners'],
        ['OutageEnded', 'scanners'],
      ],
    )
    const mails = await mail.received(2)
    assert.deepEqual(
      mails.map(({ text }) => /^\w+ \w+/.exec(text)?.[0]),
      ['Nothing can', 'Scanning works'],
    )
    const { refused, passed, seconds } = facts[1]?.data ?? {}
    // Those that were asked for until clamd was up again are among them.
    const lines = (await gateway.log('http', 'access')).split('\n').filter((line) => line.includes('TCP_MISS/503'))
    assert.deepEqual([refused, passed, typeof seconds], [lines.length, 0, 'number'])
    assert.match(
      notes[0] ?? '',
      new RegExp(`after ${seconds} s; ${refused} transfers were refused and 0 passed unscanned`),
    )
  })
})

async function refusedNow(gateway: TestGateway): Promise<number | undefined> {
  return (await gateway.status()).outages?.[0]?.refused
}

/** Twenty clients at a time, each with connections of its own. */
async function askOften(gateway: TestGateway, url: string, times: number): Promise<readonly string[]> {
  const answers: string[] = []
  let asked = 0
  const client = async () => {
    while (asked < times) {
      asked += 1
      using connection = await RawClient.to(gateway.http)
      connection.send(`GET ${url}?${asked} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      answers.push(await connection.untilClosed())
    }
  }
  await Promise.all(Array.from({ length: 20 }, client))
  return answers
}
