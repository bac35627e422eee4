/** `access_log=|command` and the like (guide 9.5), over the running program. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseLogLine, startTestGateway, startWebOrigin } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'
import { alarmsOf, outputOf, textOf, textWith, until } from './waiting.js'

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('logs into commands', () => {
  test('each of the four logs goes into a command of its own, in the home, and no file beside it [LOG-08]', async () => {
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await using gateway = await startTestGateway({
      settings: {
        'http.access_log': '|tee -a access.txt | cat > second.txt',
        'http.detect_log': '|cat >> detect.txt',
        'http.error_log': '|cat >> error.txt',
        'http.info_log': '|cat >> info.txt',
      },
    })
    await curl(gateway, `${origin.url}/eicar.com`)
    const access = await textWith(gateway, 'access.txt', '/eicar.com')
    assert.equal(await textWith(gateway, 'second.txt', '/eicar.com'), access)
    assert.equal(await textWith(gateway, 'detect.txt', '/eicar.com'), access)
    assert.equal(parseLogLine(access.trim()).detection.result, 'INFECTED')
    await textWith(gateway, 'info.txt', 'main: ### START ###')
    const [worker] = await gateway.workers('http')
    process.kill(worker ?? 0, 'SIGKILL')
    await textWith(gateway, 'error.txt', '###ERROR### Error recovery: restarting service...')
    for (const name of ['access', 'detect', 'error', 'info'] as const) assert.equal(await gateway.log('http', name), '')
    await gateway.stop()
    assert.match(await textOf(gateway, 'info.txt'), /main: ### STOP ###/)
  })

  test('one command serves all workers [LOG-08]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({
      settings: { 'http.workers': 2, 'http.access_log': '|echo $$ >> starts.txt; exec cat >> all.txt' },
    })
    await Promise.all(Array.from({ length: 40 }, (_, at) => curl(gateway, `${origin.url}/x?${at}.`)))
    for (let at = 0; at < 40; at += 1) await textWith(gateway, 'all.txt', `/x?${at}.`)
    assert.equal((await textOf(gateway, 'starts.txt')).trim().split('\n').length, 1)
  })

  test('a command that dies is started again, is told of, and no transfer waits [LOG-08]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({ settings: { 'http.access_log': '|exec cat >> all.txt' } })
    await curl(gateway, `${origin.url}/x?first.`)
    await textWith(gateway, 'all.txt', '/x?first.')
    const before = await until('the command', () => outputOf(gateway, 'http.access_log'))
    process.kill(before.pid ?? 0, 'SIGKILL')
    await gateway.line('http', 'error', '[http.access_log] |exec cat >> all.txt ended (SIGKILL)')
    await curl(gateway, `${origin.url}/x?second.`)
    await textWith(gateway, 'all.txt', '/x?second.')
    const after = await until('another process', async () => {
      const found = await outputOf(gateway, 'http.access_log')
      return found?.pid !== undefined && found.pid !== before.pid ? found : undefined
    })
    assert.deepEqual([after.restarts, after.lostLines], [1, 0])
    await gateway.line('http', 'error', '[http.access_log] takes lines again, lines left out: 0')
    assert.equal((await outputOf(gateway, 'http.access_log'))?.state, 'running')
    await gateway.stop()
    assert.deepEqual(await alarmsOf(gateway), ['LogOutputFailed', 'LogOutputRecovered'])
  })

  test('a command that cannot be started is tried again with back-off, and the gateway serves [LOG-08]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({
      settings: { 'http.access_log': '|echo x >> tries.txt; no-such-program-here' },
    })
    assert.equal((await curl(gateway, `${origin.url}/x`)).status, 200)
    await gateway.line('http', 'error', 'ended (exit code 127)')
    await until('four tries', async () =>
      (await textOf(gateway, 'tries.txt')).split('\n').length > 4 ? true : undefined,
    )
    const status = await gateway.cli('status')
    assert.equal(status.code, 1)
    assert.match(status.stdout, /http\.access_log +command +down/)
    assert.match(await textOf(gateway, 'log/fsigk.log'), /no-such-program-here: not found.*log command printed/)
    // Repaired, it gets what waited.
    await gateway.set({ 'http.access_log': '|cat >> repaired.txt' })
    await curl(gateway, `${origin.url}/x?later`)
    await textWith(gateway, 'repaired.txt', '/x?later')
  })

  test('a command that does not read blocks nobody: lines beyond the bound are left out and counted [LOG-08]', async () => {
    await using gateway = await startTestGateway({
      settings: {
        'http.access_log': '|while ! test -e go; do sleep 0.1; done; cat >> all.txt',
        'http.max_urllen': 65_536,
      },
    })
    const long = 'u'.repeat(60_000)
    // Nobody listens there: the gateway answers by itself, and logs the whole URL.
    for (let at = 0; at < 120; at += 1)
      assert.equal((await curl(gateway, `http://127.0.0.2:1/x?${at}.${long}`)).status, 503)
    await gateway.line('http', 'error', 'reads too slowly: lines are left out')
    const slow = await until('lines left out', async () => {
      const found = await outputOf(gateway, 'http.access_log')
      return found !== undefined && found.lostLines > 0 ? found : undefined
    })
    assert.equal(slow.state, 'slow')
    await writeFile(join(gateway.home, 'go'), '')
    await textWith(gateway, 'all.txt', '/x?1.')
    const recovered = await gateway.line('http', 'error', /takes lines again, lines left out: \d+/)
    const lost = Number(/lines left out: (\d+)/.exec(recovered)?.[1])
    await gateway.stop()
    const lines = (await textOf(gateway, 'all.txt')).trim().split('\n')
    for (const line of lines) parseLogLine(line)
    assert.equal(lines.length + lost, 120)
  })

  test('a change ends the command with its whole group, after its last line [LOG-08]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({
      settings: { 'http.access_log': '|sleep 600 & echo $! > sleeper.txt; cat >> one.txt' },
    })
    await curl(gateway, `${origin.url}/x?one`)
    await textWith(gateway, 'one.txt', '/x?one')
    const sleeper = Number(await textWith(gateway, 'sleeper.txt', '\n'))
    assert.ok(alive(sleeper))
    await gateway.set({ 'http.access_log': '' })
    await until('the end of the group', async () => (alive(sleeper) ? undefined : true))
    await curl(gateway, `${origin.url}/x?file`)
    await gateway.accessLine('/x?file')
    assert.equal((await textOf(gateway, 'one.txt')).includes('/x?file'), false)
    assert.equal(await outputOf(gateway, 'http.access_log'), undefined)
  })

  test('at the stop commands have every line, and nothing of them is left [LOG-08]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({
      settings: { 'http.workers': 2, 'http.access_log': '|while read -r line; do echo "$line" >> slow.txt; done' },
    })
    for (let at = 0; at < 50; at += 1) await curl(gateway, `${origin.url}/x?${at}.`)
    const { pid = 0 } = await until('the command', () => outputOf(gateway, 'http.access_log'))
    await gateway.stop()
    assert.equal((await textOf(gateway, 'slow.txt')).trim().split('\n').length, 50)
    assert.equal(alive(pid), false)
  })

  test('a command knows nothing of the gateway’s environment and descriptors [LOG-08]', async () => {
    await using gateway = await startTestGateway({
      env: { FSIGK_SECRET_KEY: 'do-not-tell' },
      settings: { 'http.info_log': '|env > env.txt; ls -l /proc/self/fd > fds.txt; cat > /dev/null' },
    })
    await textWith(gateway, 'fds.txt', '\n')
    await until('the list', async () => ((await textOf(gateway, 'fds.txt')).includes(' 2 ->') ? true : undefined))
    const env = await textOf(gateway, 'env.txt')
    assert.doesNotMatch(env, /do-not-tell/)
    assert.match(env, new RegExp(`^FSIGK_HOME=${gateway.home}$`, 'm'))
    const open = await textOf(gateway, 'fds.txt')
    // Its standard input and error alone.
    assert.equal(open.match(/socket:/g)?.length, 2, open)
    assert.equal(open.includes(`${gateway.home}/`), open.includes(`${gateway.home}/fds.txt`), open)
    assert.doesNotMatch(open, /events\.db|lock$|\.log$/m)
  })

  test('a file of another place takes the lines, and one that cannot be opened leaves in force what was [LOG-08]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway()
    await gateway.set({ 'http.access_log': join(gateway.home, 'elsewhere/a.log') })
    await curl(gateway, `${origin.url}/x?1`)
    await textWith(gateway, 'elsewhere/a.log', '/x?1')
    assert.equal(await gateway.log('http', 'access'), '')
    const refused = await gateway.cli('config', 'set', 'http.access_log=/proc/none/a.log')
    assert.match(refused.stdout + refused.stderr, /\/proc\/none\/a\.log cannot be opened for appending/)
    await curl(gateway, `${origin.url}/x?2`)
    await textWith(gateway, 'elsewhere/a.log', '/x?2')
  })
})
