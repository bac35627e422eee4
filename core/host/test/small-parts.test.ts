import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { describe, test } from 'node:test'
import { JsonLines } from '../src/control/json-lines.js'
import { withinDeadline } from '../src/plugins/deadline.js'
import { isAlive } from '../src/process-alive.js'
import { openStructuredLog } from '../src/structured-log.js'
import { BackOff } from '../src/supervisor/back-off.js'
import { type Beating, Heartbeat } from '../src/supervisor/heartbeat.js'
import { until } from './echo-gateway.js'

describe('JSON lines', () => {
  test('come out whole wherever the bytes are cut', () => {
    const bytes = Buffer.from('{"a":"é"}\n[1,2]\n"x"\n')
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const lines = new JsonLines(100)
      const values = [...lines.push(bytes.subarray(0, cut)), ...lines.push(bytes.subarray(cut))]
      assert.deepEqual(values, [{ a: 'é' }, [1, 2], 'x'])
    }
  })

  test('that do not end are refused before they are kept', () => {
    const lines = new JsonLines(10)
    assert.deepEqual([...lines.push(Buffer.from('12345'))], [])
    assert.throws(() => [...lines.push(Buffer.from('678901'))], RangeError)
  })
})

describe('back-off', () => {
  test('none the first time, longer each time that a worker ends young, to a limit', () => {
    const backOff = new BackOff()
    const delays = Array.from({ length: 12 }, () => backOff.next(100))
    assert.deepEqual(delays.slice(0, 5), [0, 250, 500, 1_000, 2_000])
    assert.equal(delays.at(-1), 30_000)
    assert.equal(backOff.next(20_000), 0)
    assert.equal(backOff.next(0), 250)
  })
})

describe('deadlines of plugins', () => {
  const deadlines = { load: 50, start: 50, reload: 50, stop: 50 }

  test('what is done in time is handed on', async () => {
    assert.equal(await withinDeadline('x', 'start', deadlines, async () => 7), 7)
  })

  test('what is late is told by name, and asked to give up', async () => {
    let signalled: AbortSignal | undefined
    const late = withinDeadline('x', 'reload', deadlines, (signal) => {
      signalled = signal
      return new Promise(() => {})
    })
    await assert.rejects(late, {
      code: 'FSIGK_PLUGIN_TIMEOUT',
      message: /Plugin 'x' did not finish reload\(\) within 50 ms/,
    })
    assert.equal(signalled?.aborted, true)
  })

  test('what throws, at once or later, is told with its reason', async () => {
    for (const run of [
      () => {
        throw new Error('broken')
      },
      () => Promise.reject(new Error('broken')),
    ])
      await assert.rejects(withinDeadline('x', 'stop', deadlines, run), {
        code: 'FSIGK_PLUGIN_FAILED',
        message: "Plugin 'x' failed in stop(): broken",
      })
  })
})

describe('heartbeat', () => {
  test('asks those who answer, and tells of those who are silent for too long', async () => {
    using heartbeat = new Heartbeat({ everyMs: 10, limitMs: 40 })
    const { promise: stuck, resolve } = Promise.withResolvers<number>()
    let beats = 0
    const heardAt = performance.now()
    const silent: Beating = {
      beat: () => {
        beats += 1
      },
      silentForMs: () => performance.now() - heardAt,
      stuck: resolve,
    }
    const exempt: Beating = { beat: () => assert.fail(), silentForMs: () => undefined, stuck: () => assert.fail() }
    heartbeat.watch(silent)
    heartbeat.watch(exempt)
    // The timer of a heartbeat keeps no process alive, so the test does.
    const alive = setInterval(() => {}, 1_000)
    const silentMs = await stuck
    clearInterval(alive)
    assert.ok(silentMs >= 40, `${silentMs} ms`)
    assert.ok(beats > 0)
  })
})

describe('whether a process is alive', () => {
  test('one that has ended is not, even while its parent does not ask about it', async () => {
    // `exec` leaves a parent that knows nothing of the child, which must not end before: the shell would ask about it.
    const parent = spawn('sh', ['-c', 'head -c 1 <&3 >/dev/null & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    })
    try {
      if (parent.stdout === null) throw new Error('no output')
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]
      const child = Number(line.toString())
      assert.ok(child > 0)
      await until('the exec', () => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n')
      const end = parent.stdio[3] as Writable
      end.end('.')
      await until('the end of the child', () => !isAlive(child))
      assert.equal(isAlive(parent.pid ?? 0), true)
      process.kill(child, 0)
    } finally {
      parent.kill('SIGKILL')
    }
    await once(parent, 'exit')
    assert.equal(isAlive(parent.pid ?? 0), false)
  })
})

describe('structured log', () => {
  test('one JSON object a line, with who wrote it, also after the file was moved away', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fsigk-log-'))
    const file = join(folder, 'fsigk.log')
    using log = openStructuredLog(file, 'supervisor')
    log.of({ plugin: 'x' }).error('scan failed', { cause: new Error('no engine') })
    await rename(file, `${file}.1`)
    log.reopen()
    log.info('again')
    const [line] = (await readFile(`${file}.1`, 'utf8')).trimEnd().split('\n')
    const { time, cause, ...rest } = JSON.parse(line ?? '') as Record<string, unknown>
    assert.match(String(time), /^\d{4}-\d\d-\d\dT.*Z$/)
    assert.match(JSON.stringify(cause), /no engine/)
    assert.deepEqual(rest, { level: 'error', process: 'supervisor', plugin: 'x', event: 'scan failed' })
    assert.match(await readFile(file, 'utf8'), /"event":"again"/)
    await rm(folder, { recursive: true })
  })

  test('goes on where it was while its file cannot be opened anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fsigk-log-'))
    const file = join(folder, 'log', 'fsigk.log')
    await mkdir(join(folder, 'log'))
    using log = openStructuredLog(file, 'supervisor')
    await rename(join(folder, 'log'), join(folder, 'old'))
    await writeFile(join(folder, 'log'), 'in the way')
    log.reopen()
    log.info('still here')
    assert.match(await readFile(join(folder, 'old', 'fsigk.log'), 'utf8'), /log not reopened[\s\S]*still here/)
    await rm(join(folder, 'log'))
    log.reopen()
    log.info('moved')
    assert.match(await readFile(file, 'utf8'), /"event":"moved"/)
    await rm(folder, { recursive: true })
  })
})
