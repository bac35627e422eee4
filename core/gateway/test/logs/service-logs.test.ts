import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogFileEvent } from '../../src/logs/log-file.js'
import { defaultRoutes } from '../../src/logs/log-routes.js'
import type { ForwardedLines } from '../../src/logs/service-log.js'
import { ServiceLogs } from '../../src/logs/service-logs.js'
import { noSmallDisk, smallDisk, temporaryFolder } from '../kit/folders.js'

const read = (folder: string, name: string) => readFile(join(folder, 'http', `${name}.log`), 'utf8')

describe('the logs of a service', () => {
  test('lines of one turn are written when it ends, and all at once by flush', async () => {
    await using folder = await temporaryFolder()
    const logs = new ServiceLogs(folder.path, 'http')
    logs.access('a\n')
    logs.access('b\n')
    logs.detect('c\n')
    assert.equal(await read(folder.path, 'info'), '')
    await nextTurn()
    await nextTurn()
    assert.equal(await read(folder.path, 'access'), 'a\nb\n')
    assert.equal(await read(folder.path, 'detect'), 'c\n')
    logs.info({ port: 9080 }, 'hello')
    logs.error({ port: 9080 }, 'bind failed')
    logs.flush()
    assert.match(await read(folder.path, 'info'), /^\d+\.\d{3} \[.* 9080 - -:-:- -:-:-\] hello\n$/)
    assert.match(await read(folder.path, 'error'), /\] ###ERROR### bind failed\n$/)
    assert.equal((await stat(join(folder.path, 'http/access.log'))).mode & 0o777 & ~0o640, 0)
    logs.close()
  })

  test('close writes what is left', async () => {
    await using folder = await temporaryFolder()
    const logs = new ServiceLogs(folder.path, 'http')
    logs.access('last\n')
    logs.close()
    assert.equal(await read(folder.path, 'access'), 'last\n')
  })

  test('a log that cannot be opened is told with its path', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'http'), 'in the way')
    assert.throws(() => new ServiceLogs(folder.path, 'http'), {
      code: 'FSIGK_LOG_OPEN_FAILED',
      message: /\/http\/access\.log cannot be opened for appending/,
    })
  })

  test('rotation by renaming loses no line', async () => {
    await using folder = await temporaryFolder()
    const logs = new ServiceLogs(folder.path, 'http')
    const path = join(folder.path, 'http/access.log')
    const written: string[] = []
    for (let round = 0; round < 20; round += 1) {
      for (let at = 0; at < 50; at += 1) {
        const line = `line ${round} ${at}\n`
        written.push(line)
        logs.access(line)
        if (at === 10) await rename(path, `${path}.${round}`)
        if (at === 30) logs.reopen()
        if (at % 7 === 0) await nextTurn()
      }
    }
    logs.close()
    const files = [...Array.from({ length: 20 }, (_, round) => `${path}.${round}`), path]
    const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('')
    assert.equal(text, written.join(''))
  })

  test('while it is held nothing is written, and reopening writes it all', async () => {
    await using folder = await temporaryFolder()
    const logs = new ServiceLogs(folder.path, 'http')
    logs.access('before\n')
    logs.hold(60_000)
    assert.equal(await read(folder.path, 'access'), 'before\n')
    logs.access('held\n')
    logs.flush()
    assert.equal(await read(folder.path, 'access'), 'before\n')
    logs.reopen()
    assert.equal(await read(folder.path, 'access'), 'before\nheld\n')
    logs.hold(60_000)
    logs.access(`${'x'.repeat(4 * 1024 * 1024)}\n`)
    logs.flush()
    assert.equal((await read(folder.path, 'access')).length, 12 + 4 * 1024 * 1024 + 1)
    logs.close()
  })

  test('another file takes the lines from then on; one that cannot be opened changes nothing', async () => {
    await using folder = await temporaryFolder()
    const logs = new ServiceLogs(folder.path, 'http')
    const routes = defaultRoutes(folder.path, 'http')
    logs.access('1\n')
    logs.route({ ...routes, access: { file: join(folder.path, 'a/b.log') } })
    logs.access('2\n')
    const wrong = { ...routes, detect: { file: join(folder.path, 'c.log') }, error: { file: '/proc/none/x' } }
    assert.throws(() => logs.route(wrong), { code: 'FSIGK_LOG_OPEN_FAILED' })
    logs.access('3\n')
    logs.detect('d\n')
    logs.close()
    assert.equal(await read(folder.path, 'access'), '1\n')
    assert.equal(await readFile(join(folder.path, 'a/b.log'), 'utf8'), '2\n3\n')
    assert.equal(await read(folder.path, 'detect'), 'd\n')
  })

  test('lines for a command or for sinks are handed on once a turn, and told whether they are written', async () => {
    await using folder = await temporaryFolder()
    const forwarded: ForwardedLines[] = []
    const routes = { ...defaultRoutes(folder.path, 'http'), access: { command: 'cat' } }
    const logs = new ServiceLogs(folder.path, 'http', undefined, {
      routes,
      forward: (lines) => forwarded.push(lines),
      wanted: ['detect'],
    })
    logs.access('1\n')
    logs.access('2\n')
    logs.detect('3\n')
    logs.append('info', '4\n')
    logs.flush()
    assert.deepEqual(forwarded.splice(0), [
      { log: 'access', lines: '1\n2\n', written: false },
      { log: 'detect', lines: '3\n', written: true },
    ])
    logs.sendToSinks([])
    logs.detect('5\n')
    logs.close()
    assert.deepEqual(forwarded, [])
    assert.equal(await read(folder.path, 'detect'), '3\n5\n')
  })

  test('copytruncate leaves no hole', async () => {
    await using folder = await temporaryFolder()
    const logs = new ServiceLogs(folder.path, 'http')
    logs.access('before\n'.repeat(1000))
    logs.flush()
    await truncate(join(folder.path, 'http/access.log'), 0)
    logs.access('after\n')
    logs.close()
    assert.equal(await read(folder.path, 'access'), 'after\n')
  })

  test('when the new file cannot be opened, the old one stays in use', async () => {
    await using folder = await temporaryFolder()
    const events: LogFileEvent[] = []
    const logs = new ServiceLogs(folder.path, 'http', (event) => events.push(event))
    await rename(join(folder.path, 'http'), join(folder.path, 'old'))
    await writeFile(join(folder.path, 'http'), 'in the way')
    logs.reopen()
    logs.access('still here\n')
    logs.close()
    assert.equal(await readFile(join(folder.path, 'old/access.log'), 'utf8'), 'still here\n')
    assert.ok(events.every(({ is }) => is === 'failing') && events.length === 4)
  })

  test('lines of several processes do not mix', async () => {
    await using folder = await temporaryFolder()
    const module = new URL('../../src/logs/service-logs.js', import.meta.url).href
    const script = `
      const { ServiceLogs } = await import(${JSON.stringify(module)})
      const logs = new ServiceLogs(${JSON.stringify(folder.path)}, 'http')
      const line = process.argv[1].repeat(300) + '\\n'
      for (let at = 0; at < 500; at += 1) {
        for (let more = 0; more < 20; more += 1) logs.access(line)
        await new Promise((resolve) => setImmediate(resolve))
      }
      logs.close()`
    const children = ['a', 'b', 'c'].map((letter) =>
      spawn(process.execPath, ['--input-type=module', '-e', script, letter], { stdio: 'inherit' }),
    )
    const ends = await Promise.all(children.map((child) => once(child, 'close')))
    assert.deepEqual(ends, [
      [0, null],
      [0, null],
      [0, null],
    ])
    const lines = (await read(folder.path, 'access')).trimEnd().split('\n')
    assert.equal(lines.length, 30_000)
    for (const line of lines) assert.ok(line.length === 300 && line === line.charAt(0).repeat(300))
  })
})

describe('logs on a full disk', { skip: noSmallDisk }, () => {
  /** Fills what is left of a disk. */
  async function fill(disk: string): Promise<string> {
    const path = join(disk, 'filler')
    await writeFile(path, Buffer.alloc(10_000_000)).catch(() => {})
    return path
  }

  async function recovery(logs: ServiceLogs, events: readonly LogFileEvent[]): Promise<void> {
    while (events.at(-1)?.is !== 'recovered') {
      await new Promise((resolve) => setTimeout(resolve, 50))
      logs.flush()
    }
  }

  test('lines wait, nothing throws, and all of them are there and whole when there is room', async () => {
    await using disk = await smallDisk(200)
    const events: LogFileEvent[] = []
    const logs = new ServiceLogs(disk.path, 'http', (event) => events.push(event))
    const written: string[] = []
    const say = (line: string) => {
      written.push(line)
      logs.access(line)
    }
    say('before\n')
    logs.flush()
    const filler = await fill(disk.path)
    for (let at = 0; at < 2000; at += 1) {
      say(`a line of the time when the disk was full: ${at}\n`)
      if (at % 100 === 0) logs.flush()
    }
    assert.equal(events.length, 1)
    assert.equal(events[0]?.is, 'failing')
    assert.equal(events[0]?.reason, '/strerror(28)=No space left on device')
    await rm(filler)
    await recovery(logs, events)
    say('after\n')
    logs.close()
    const text = await read(disk.path, 'access')
    // A line that the full disk had torn stands there twice: the torn piece, then the whole line.
    const whole = text.split('\n').filter((line) => written.includes(`${line}\n`))
    assert.equal(`${whole.join('\n')}\n`, written.join(''))
    assert.ok(text.split('\n').length - whole.length <= 2)
    assert.match(await read(disk.path, 'error'), /log: \[.*\/access\.log\] can be written again, no line was lost/)
  })

  test('more than can wait is counted, and the log says how much is missing', async () => {
    await using disk = await smallDisk(12_000)
    const events: LogFileEvent[] = []
    const logs = new ServiceLogs(disk.path, 'http', (event) => events.push(event))
    const filler = await fill(disk.path)
    await writeFile(`${filler}2`, Buffer.alloc(10_000_000)).catch(() => {})
    const line = `${'x'.repeat(999)}\n`
    for (let at = 0; at < 6000; at += 1) {
      logs.access(line)
      logs.flush()
    }
    await rm(filler)
    await recovery(logs, events)
    logs.close()
    const recovered = events.at(-1)
    assert.ok(recovered?.is === 'recovered' && recovered.lostLines > 1000)
    const lines = (await read(disk.path, 'access')).split('\n').filter((each) => `${each}\n` === line).length
    assert.equal(lines + recovered.lostLines, 6000)
    assert.match(
      await read(disk.path, 'error'),
      new RegExp(`can be written again, ${recovered.lostLines} lines were lost/strerror\\(28\\)`),
    )
  })
})
