/** What every log sink plugin must keep to, tried on an instance without a gateway, against a destination of its own. */
import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import type { LogSink } from '@fsigk/plugin-api'
import { type Check, testAll } from './check.js'
import { lifecycleChecks } from './lifecycle.js'
import { ending, type PluginUnderTest, started } from './plugin-under-test.js'
import { grewByMiB } from './resources.js'
import { until } from './until.js'

/** Somewhere that lines arrive. */
export interface LogDestination extends AsyncDisposable {
  /** The values of the sink's section that have it write here. */
  readonly settings: unknown
  /** All that arrived so far, as text. */
  received(): Promise<string>
}

/** What a log sink is tried with. */
export interface LogSinkSubject {
  readonly settings: unknown
  /** Starts a destination. Without it, arrival is not tried. */
  destination?(): Promise<LogDestination>
  /** The values of its section under which nothing can be written, as when nobody listens there. */
  readonly unreachable?: unknown
}

export type LogSinkUnderTest = LogSinkSubject & PluginUnderTest<LogSink>

const MANY = 5_000
/** Writing must not hold the event loop: that is where connections are served. */
const ARRIVAL_MS = 10_000
const MAX_WRITE_MS = 50
const FLOOD_MIB = 256
const WRITES = FLOOD_MIB * 16
/** A busy machine or the collector may hold up a few; a sink that waits holds up all. */
const MAX_SLOW = WRITES / 100
const MAX_GROWTH_MIB = 160

/** Runs the suite; call it at the top level of a test file. */
export function logSinkConformance(sink: LogSinkUnderTest): void {
  testAll(sink.name, logSinkChecks(sink))
}

export function logSinkChecks(sink: LogSinkUnderTest): readonly Check[] {
  const { destination, unreachable } = sink
  const works = async (role: LogSink) => {
    await taken(role.write('access', 'http', 'a line while it works\n'))
  }
  return [
    ...(destination === undefined ? [] : arrivalChecks(sink, () => destination.call(sink))),
    ...(unreachable === undefined ? [] : [floodCheck(sink, unreachable)]),
    {
      title: 'write() never throws: not for odd lines, not after stop()',
      async run() {
        const running = await started(sink)
        for (const lines of ['', '\n', 'no end', 'caf\xe9 \0 \x1b[31m\n', `${'x'.repeat(1_000_000)}\n`])
          await taken(running.role.write('error', 'http', lines))
        await running[Symbol.asyncDispose]()
        await taken(running.role.write('info', 'http', 'after the end\n'))
      },
    },
    ...lifecycleChecks(sink, works),
  ]
}

/** Waits for what write() returned, as the host does, and no longer than a moment. @throws when it rejected */
async function taken(answer: unknown): Promise<'resolved' | 'late'> {
  const ended = answer instanceof Promise ? await ending(answer) : 'resolved'
  if (ended === 'rejected') throw new Error('what write() returned was rejected')
  return ended
}

function arrivalChecks(sink: LogSinkUnderTest, destination: () => Promise<LogDestination>): readonly Check[] {
  return [
    {
      title: `${MANY} lines arrive in their order, and what was written is out when stop() resolves`,
      async run() {
        await using target = await destination()
        const running = await started(sink, target.settings)
        for (let at = 0; at < MANY; at += 1) {
          await taken(running.role.write('access', 'http', `line-${at}-\n`))
          if (at % 100 === 0) await turn()
        }
        await running[Symbol.asyncDispose]()
        await until(
          'the last line arrives',
          async () => (await target.received()).includes(`line-${MANY - 1}-`),
          ARRIVAL_MS,
        )
        const numbers = [...(await target.received()).matchAll(/line-(\d+)-/g)].map(([, number]) => Number(number))
        assert.deepEqual(numbers, Array.from(numbers.keys()))
        assert.equal(numbers.length, MANY)
      },
    },
    {
      title: 'the four logs and their services can be told apart',
      async run() {
        await using target = await destination()
        const running = await started(sink, target.settings)
        for (const log of ['access', 'detect', 'error', 'info'] as const)
          await taken(running.role.write(log, 'smtp', `of-${log}\n`))
        await running[Symbol.asyncDispose]()
        await until(
          'all arrive',
          async () => {
            const received = await target.received()
            return ['access', 'detect', 'error', 'info'].every((log) => received.includes(`of-${log}`))
          },
          ARRIVAL_MS,
        )
        const received = await target.received()
        for (const word of ['access', 'detect', 'error', 'info', 'smtp'])
          assert.ok(received.replaceAll(/of-\w+/g, '').includes(word), `'${word}' is not told`)
      },
    },
  ]
}

function floodCheck(sink: LogSinkUnderTest, unreachable: unknown): Check {
  return {
    title: `while nothing can be written, ${FLOOD_MIB} MiB of lines are dropped rather than kept, and nobody waits`,
    async run() {
      await using running = await started(sink, unreachable)
      let slow = 0
      const grew = await grewByMiB(async () => {
        for (let written = 0; written < WRITES && slow <= MAX_SLOW; written += 1) {
          const lines = `${written} ${'x'.repeat(65_000)}\n`
          const began = performance.now()
          const answer = running.role.write('access', 'http', lines)
          if (performance.now() - began > MAX_WRITE_MS) slow += 1
          // Whoever asks for time is given no more lines meanwhile.
          if ((await taken(answer)) === 'late') break
          if (written % 16 === 0) await turn()
        }
      })
      assert.ok(slow <= MAX_SLOW, `${slow} of ${WRITES} write() took longer than ${MAX_WRITE_MS} ms`)
      assert.ok(grew < MAX_GROWTH_MIB, `the process grew by ${Math.round(grew)} MiB`)
    },
  }
}
