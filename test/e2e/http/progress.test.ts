/** Long downloads that a browser follows on a page of the gateway, and fetches when they may pass (guide 9.1.1). */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  parseLogLine,
  recognisableBody,
  scannerThatFinds,
  scannerThatFindsNothing,
  scannerThatThrows,
  startTestGateway,
  type TestGateway,
  temporaryFolder,
} from '@fsigk/testing'
import { type CurlResult, curl } from '../../peers/curl.js'
import { startPausingOrigin } from '../../peers/pausing-origin.js'
import { until } from '../logs/waiting.js'

const BODY = recognisableBody(300_000)
const PAUSE_AFTER = 200_000
const VISIBLE = BODY.toString('latin1', 0, 16)

const settings = { 'http.progress': true, 'http.progress_delay': 1 } as const

const BROWSER = [
  ...['-A', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0', '-H', 'Accept: text/html,application/xhtml+xml,*/*;q=0.8'],
  ...['-H', 'Sec-Fetch-Dest: document', '-H', 'Sec-Fetch-Mode: navigate'],
]

const browse = (gateway: TestGateway, url: string, ...more: readonly string[]) =>
  curl(gateway, ...BROWSER, ...more, url)

/** Where a page sends the browser next. */
function refreshOf({ headers }: CurlResult): string {
  return /^Refresh: \d+; url=(\/\.fsigk\/[\w-]{24})$/m.exec(headers.replaceAll('\r', ''))?.[1] ?? assert.fail(headers)
}

/** Asks for the page again until it says something else than how far it is. */
function outcomeOf(gateway: TestGateway, page: string): Promise<CurlResult> {
  return until('the download is over', async () => {
    const asked = await browse(gateway, page)
    return /^Refresh:/im.test(asked.headers) ? undefined : asked
  })
}

const spooled = async (gateway: TestGateway) =>
  (await readdir(join(gateway.home, 'tmp'))).filter((name) => name.startsWith('proxytmp-'))

const linkIn = ({ body }: CurlResult) => /<a href="([^"]+)">/.exec(body.toString())?.[1] ?? assert.fail(body.toString())

describe('progress', { concurrency: 2 }, () => {
  test('a browser sees how far it is, then fetches the file, from whichever worker [HTTP-26]', async () => {
    await using gateway = await startTestGateway({
      scanners: [scannerThatFindsNothing],
      settings: { ...settings, 'http.workers': 2 },
    })
    await using origin = await startPausingOrigin(BODY, PAUSE_AFTER, {
      fields: 'Content-Disposition: attachment; filename="a<b>.bin"\r\nETag: "x"\r\nSet-Cookie: a=b\r\n',
    })
    const shown = await browse(gateway, `${origin.url}/file`)
    assert.equal(shown.status, 200)
    assert.match(shown.headers, /^Cache-Control: no-store/m)
    const page = `${origin.url}${refreshOf(shown)}`
    const far = await browse(gateway, page, '-H', 'Accept-Language: ja,en;q=0.5')
    assert.match(far.body.toString(), /<html lang="ja">.*a&lt;b&gt;\.bin.*>200,000 \/ 300,000 バイト</s)

    origin.goOn()
    const ready = await outcomeOf(gateway, page)
    const file = `${origin.url}${linkIn(ready)}`
    const first = parseLogLine(await gateway.line('http', 'access', (line) => line.includes('/file ')))
    // The worker that holds the file says nothing more: the other must do.
    process.kill(first.proxy.pid, 'SIGSTOP')
    try {
      for (let time = 0; time < 2; time++) {
        // It may believe for a second that the file is not ready yet, and shows the page.
        const { status, headers, body } = await outcomeOf(gateway, file)
        assert.equal(status, 200)
        assert.ok(body.equals(BODY))
        assert.match(headers, /^Content-Disposition: attachment; filename="a<b>\.bin"\r?$/m)
        assert.match(headers, /^Content-Length: 300000\r?$/m)
      }
      const foreign = await browse(gateway, file, '--interface', '127.0.0.2')
      assert.equal(foreign.status, 404)
      const elsewhere = file.replace('127.0.0.1', 'localhost')
      assert.equal((await browse(gateway, elsewhere)).status, 404, 'no file of one site under the name of another')
      assert.equal((await browse(gateway, `${origin.url}/.fsigk/${'x'.repeat(24)}`)).status, 404)
    } finally {
      process.kill(first.proxy.pid, 'SIGCONT')
    }
    for (const line of [
      / TCP_MISS\/200 \d+ GET \S+\/file - \S+ text\/html DETECT-STAT:CLEAN\S+ .* PROTOCOL-STAT:PROGRESS::/,
      / TCP_MISS\/200 300000 GET \S+\/file - .* PROTOCOL-STAT:KEEPALIVE,PROGRESS::/,
    ])
      await gateway.line('http', 'access', line)
    assert.ok(!(await gateway.log('http', 'access')).includes(page.slice(-24)), 'a ticket stands in no log')
  })

  test('what is detected is told on the page, and is not to be had [HTTP-26]', async () => {
    await using gateway = await startTestGateway({ scanners: [scannerThatFinds], settings })
    await using origin = await startPausingOrigin(BODY, PAUSE_AFTER, { framing: 'chunked' })
    const shown = await browse(gateway, `${origin.url}/virus`)
    const page = `${origin.url}${refreshOf(shown)}`
    assert.match((await browse(gateway, page)).body.toString(), />200,000 bytes</)
    origin.goOn()
    const refused = await outcomeOf(gateway, page)
    assert.equal(refused.status, 403)
    assert.match(refused.body.toString(), /Test\/Always/)
    for (const { body } of [shown, refused, await browse(gateway, `${page}/virus`)]) assert.ok(!body.includes(VISIBLE))
    const line = await gateway.line('http', 'detect', '/virus')
    const { detection, action, status } = parseLogLine(line)
    assert.deepEqual([detection.result, action, status], ['INFECTED', 'DELETE', 403])
    assert.match(line, / PROTOCOL-STAT:PROGRESS::/)
    assert.deepEqual(await spooled(gateway), [])
  })

  test('a file waits for its time, and what passes unscanned is logged so by whoever fetches it', async () => {
    await using gateway = await startTestGateway({
      scanners: [scannerThatThrows],
      settings: { ...settings, 'http.fail_open': true },
    })
    await using origin = await startPausingOrigin(BODY, PAUSE_AFTER)
    const page = `${origin.url}${refreshOf(await browse(gateway, `${origin.url}/open`))}`
    origin.goOn()
    const file = `${origin.url}${linkIn(await outcomeOf(gateway, page))}`
    assert.ok((await browse(gateway, file)).body.equals(BODY))
    await gateway.line('http', 'access', /\/200 300000 .* DETECT-STAT:UNSCANNED:.*:PROGRESS_ENGINE_ERROR: /)
    assert.equal((await spooled(gateway)).length, 1)

    await gateway.set({ 'http.progress_lifetime': 4 })
    await using short = await startPausingOrigin(BODY, PAUSE_AFTER)
    const shortPage = `${short.url}${refreshOf(await browse(gateway, `${short.url}/short`))}`
    short.goOn()
    await gateway.line(
      'http',
      'access',
      /\/200 0 \S+ \S+\/short .* DETECT-STAT:UNSCANNED:.*:VSD_ERROR: .*PROTOCOL-STAT:PROGRESS:/,
    )
    const gone = await until('it is gone', async () => {
      const asked = await browse(gateway, shortPage)
      return asked.status === 404 ? asked : undefined
    })
    assert.match(gone.body.toString(), /not there any more/)
    assert.equal((await spooled(gateway)).length, 1)
  })

  test('a download at whose page nobody looks ends; so does one whose gateway stops', async () => {
    await using gateway = await startTestGateway({
      scanners: [scannerThatFindsNothing],
      settings: { ...settings, 'http.progress_lifetime': 2 },
    })
    await using left = await startPausingOrigin(BODY, PAUSE_AFTER)
    await browse(gateway, `${left.url}/left`)
    await left.left
    await gateway.line('http', 'access', /\/left .*INCOMPLETE/)
    await gateway.set({ 'http.progress_lifetime': 300 })
    await using stopped = await startPausingOrigin(BODY, PAUSE_AFTER)
    await browse(gateway, `${stopped.url}/stopped`)
    assert.equal(await gateway.stop(), 0)
    assert.match(await gateway.log('http', 'access'), /\/stopped .*INCOMPLETE/)
    assert.deepEqual(await spooled(gateway), [])
  })

  test('a file that waits gives way when the disk becomes scarce', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('mounting a small file system needs root')
    await using folder = await temporaryFolder()
    const small = join(folder.path, 'small')
    await mkdir(small, { mode: 0o700 })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m,mode=0700', 'none', small])
    try {
      await using gateway = await startTestGateway({
        scanners: [scannerThatFindsNothing],
        settings: { ...settings, 'common.tmpdir': small },
      })
      await using origin = await startPausingOrigin(recognisableBody(9_600_000), PAUSE_AFTER)
      const page = `${origin.url}${refreshOf(await browse(gateway, `${origin.url}/large`))}`
      origin.goOn()
      await gateway.line('http', 'access', /\/200 0 \S+ \S+\/large .* DETECT-STAT:CLEAN:.* PROTOCOL-STAT:PROGRESS:/)
      await until('it is gone', async () => ((await browse(gateway, page)).status === 404 ? true : undefined))
      assert.deepEqual(await readdir(small), [])
    } finally {
      execFileSync('umount', ['-l', small])
    }
  })

  test('only a browser that follows a link gets a page, only for what is long, and not too many at a time', async () => {
    await using gateway = await startTestGateway({ scanners: [scannerThatFindsNothing], settings })
    await using origin = await startPausingOrigin(BODY, PAUSE_AFTER)
    await using html = await startPausingOrigin(BODY, PAUSE_AFTER, { type: 'text/html' })
    await using small = await startPausingOrigin(BODY.subarray(0, 60_000), 50_000)
    const pages = await Promise.all(Array.from({ length: 5 }, () => browse(gateway, `${origin.url}/many`)))
    for (const page of pages) refreshOf(page)
    const held = [
      browse(gateway, `${origin.url}/sixth`),
      browse(gateway, `${html.url}/page`),
      browse(gateway, `${small.url}/small`),
      browse(gateway, `${origin.url}/part`, '-r', '5-'),
      curl(gateway, ...BROWSER, '-H', 'Sec-Fetch-Dest: image', `${origin.url}/image`),
      curl(gateway, `${origin.url}/program`),
    ]
    setTimeout(() => {
      for (const each of [origin, html, small]) each.goOn()
    }, 2_500)
    for (const { headers, body } of await Promise.all(held)) {
      assert.doesNotMatch(headers, /^Refresh:/im)
      assert.ok(body.includes(VISIBLE))
    }
  })
})
