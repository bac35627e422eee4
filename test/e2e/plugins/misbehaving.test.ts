import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startTestGateway, startWebOrigin } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { obedientScanner, pluginState, structuredLines } from './kit.js'

const settings = {
  'http.vsd_scantimeout': 30,
  'plugins.stuck_timeout': 1,
  'plugins.memory_limit': 64,
  'plugins.trip_failures': 0,
}

/** Body, and what its own session meets: refused for now, or blocked because the scan took too long. */
const misdeeds: readonly (readonly [word: string, status: number, says: RegExp])[] = [
  ['throw', 503, /the engine broke/],
  ['exit', 503, /exit code 0/],
  ['loop', 503, /stood still/],
  ['heap', 503, /memory/],
  ['buffers', 503, /memory/],
  ['uncaught', 503, /out of the blue/],
  ['forget', 503, /after forgetting/],
  ['log', 503, /after the flood/],
  ['print', 503, /after the flood/],
  ['nonsense', 503, /findings/],
  ['nothing', 503, /answered in scan/],
  ['hang', 403, /did not answer scan\(\) within 2 s/],
]

describe('a scanner that misbehaves', () => {
  for (const isolation of ['worker', 'process'] as const)
    test(`in a ${isolation}: only the session that it works for notices, by the failure policy [PLUG-06]`, async () => {
      const bytes = randomBytes(3_000_000)
      // No word of the list above, in case chance writes one.
      bytes[0] = 0
      await using origin = await startWebOrigin({
        '/big': bytes,
        '/small': 'harmless',
        ...Object.fromEntries(misdeeds.map(([word]) => [`/${word}`, `${word} it`])),
      })
      const scanner = obedientScanner('scanner-obedient', isolation)
      await using gateway = await startTestGateway({ scanners: [scanner], settings })
      const pids = await gateway.workers('http')

      const over = new AbortController()
      let downloads = 0
      const disturbed: string[] = []
      const others = Array.from({ length: 3 }, async (_, at) => {
        while (!over.signal.aborted) {
          const [path, wanted] = at === 0 ? ['small', Buffer.from('harmless')] : ['big', bytes]
          const { status, body, code } = await curl(gateway, `${origin.url}/${path}`)
          if (!over.signal.aborted && (status !== 200 || !body.equals(wanted)))
            disturbed.push(`${path}: ${code} ${status}`)
          downloads += 1
        }
      })
      using _ending = { [Symbol.dispose]: () => over.abort() }

      for (const [word, wanted, says] of misdeeds) {
        if (word === 'hang') await gateway.set({ 'http.vsd_scantimeout': 2 })
        const { status } = await curl(gateway, `${origin.url}/${word}`)
        assert.equal(status, wanted, `${word} is answered ${wanted}`)
        const { id: session } = await gateway.accessLine(`${origin.url}/${word}`)
        const found = (await structuredLines(gateway.home)).filter(
          (line) => line['plugin'] === scanner.id && line['session'] === session,
        )
        assert.ok(found.length > 0, `fsigk.log names plugin and session of ${word}`)
        const state = await pluginState(gateway, scanner.id)
        assert.equal(state?.lastFailure?.session, session)
        assert.equal(state?.lastFailure?.hook, 'scan')
        assert.match(state?.lastFailure?.because ?? '', says)
      }
      over.abort()
      await Promise.all(others)
      assert.deepEqual(disturbed, [])
      assert.ok(downloads >= misdeeds.length, `${downloads} downloads of others`)
      assert.deepEqual(await gateway.workers('http'), pids, 'no connection worker was replaced')
      const state = await pluginState(gateway, scanner.id)
      assert.equal(state?.failures, misdeeds.length)
      assert.equal(state?.isolation, isolation)
      const { length } = (await structuredLines(gateway.home)).filter(
        ({ event }) => event === 'flood' || event === 'printed',
      )
      assert.ok(length < 1_500, `${length} lines of the floods`)
    })

  test('what fails is passed unscanned where the administrator said so [PLUG-06]', async () => {
    await using origin = await startWebOrigin({ '/throw': 'throw it', '/exit': 'exit now' })
    await using gateway = await startTestGateway({
      scanners: [obedientScanner('scanner-obedient', 'worker')],
      settings: { ...settings, 'http.fail_open': 'yes' },
    })
    for (const word of ['throw', 'exit']) {
      const { status, body } = await curl(gateway, `${origin.url}/${word}`)
      assert.deepEqual([status, `${body}`.slice(0, word.length)], [200, word])
      assert.equal((await gateway.accessLine(`${origin.url}/${word}`)).detection.result, 'UNSCANNED')
    }
  })

  test('one of a user’s own that asks to run inline runs in a thread, and its exit ends no worker [PLUG-06]', async () => {
    await using origin = await startWebOrigin({ '/exit': 'exit now', '/x': 'fine' })
    await using gateway = await startTestGateway({ scanners: [obedientScanner('scanner-wishes', 'inline')], settings })
    const pids = await gateway.workers('http')
    assert.equal((await curl(gateway, `${origin.url}/exit`)).status, 503)
    assert.equal((await curl(gateway, `${origin.url}/x`)).status, 200)
    assert.deepEqual(await gateway.workers('http'), pids)
    assert.equal((await pluginState(gateway, 'scanner-wishes'))?.isolation, 'worker')
  })

  test('in a process of its own, even in an endless loop, ends with a gateway that is killed', async () => {
    await using origin = await startWebOrigin({ '/loop': 'loop for ever' })
    const writesPid = `async start() { (await import('node:fs')).writeFileSync(new URL('./pid', import.meta.url), String(process.pid)) }`
    await using gateway = await startTestGateway({
      scanners: [obedientScanner('scanner-obedient', 'process', writesPid)],
      settings: { ...settings, 'plugins.stuck_timeout': 3_600 },
    })
    const pid = Number(await readFile(join(gateway.home, 'plugins', 'scanner-obedient', 'pid'), 'utf8'))
    const looping = curl(gateway, `${origin.url}/loop`)
    // It is in the loop when it does nothing else any more.
    for (let running = 0; running < 10; running = (await processState(pid)) === 'R' ? running + 1 : 0) await delay(20)
    gateway.process.kill('SIGKILL')
    await looping
    while ((await processState(pid)) !== undefined) await delay(20)
  })
})

/** The letter of /proc/PID/stat: `R`, `S`, …; undefined when there is no such process. */
async function processState(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const letter = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
  return letter === '' || letter === 'Z' ? undefined : letter
}
