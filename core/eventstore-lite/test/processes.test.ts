/** What several processes do to one store file: being killed in the middle of appends, and writing at once. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openSqliteStore } from '../src/index.js'
import { temporaryFile } from './store-files.js'

const BATCH = 3

test('50 kills in the middle of appends lose no acknowledged version and leave no batch half', async (context) => {
  await using place = await temporaryFile()
  let kept = 0
  let unacknowledged = 0
  for (let round = 1; round <= 50; round += 1) {
    const acknowledged = await appendAndKill(place.file, round)
    await using store = await openSqliteStore(place.file)
    const hashes = new Map<number, string>()
    for await (const { version, hash } of store.read('settings', { from: kept + 1 })) hashes.set(version, hash)

    for (const { version, hash } of acknowledged) assert.equal(hashes.get(version), hash, `round ${round}: ${version}`)
    assert.equal(hashes.size % BATCH, 0, `round ${round} left no batch half`)
    assert.ok(hashes.size <= acknowledged.length + BATCH, `round ${round} stored at most one batch that it did not say`)
    kept += hashes.size
    unacknowledged += hashes.size - acknowledged.length
  }
  await using store = await openSqliteStore(place.file)
  assert.deepEqual(await store.verify(), { ok: true, streams: 1, events: kept })
  context.diagnostic(`${kept} events; ${unacknowledged} of them were stored by an append that did not live to say so`)
})

test('of two processes that append at the same version exactly one wins, 100 times', async () => {
  await using place = await temporaryFile()
  const writers = await Promise.all(['a', 'b'].map((name) => started('append-on-request', place.file, name)))
  for (let round = 0; round < 100; round += 1) {
    const said = (await ask(writers, round)).map((answer) => JSON.stringify(answer))
    assert.deepEqual(said.sort(), [`{"lostTo":${round + 1}}`, `{"won":${round + 1}}`])
  }
  await ended(writers)
  await using store = await openSqliteStore(place.file)
  assert.deepEqual(await store.verify(), { ok: true, streams: 1, events: 100 })
})

test('processes that create one store at the same moment all find it sound, 50 times', async () => {
  await using place = await temporaryFile()
  const openers = await Promise.all([1, 2, 3].map(() => started('open-on-request')))
  for (let round = 0; round < 50; round += 1) {
    assert.deepEqual(await ask(openers, `${place.file}.${round}`), ['sound', 'sound', 'sound'])
  }
  await ended(openers)
})

interface Acknowledged {
  readonly version: number
  readonly hash: string
}

/** Runs the appending program, kills it at a moment of its life that differs from round to round, and says what it said. */
async function appendAndKill(file: string, round: number): Promise<readonly Acknowledged[]> {
  const child = spawn(process.execPath, [program('append-until-killed'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const acknowledged: Acknowledged[] = []
  const enough = BATCH * (round % 7)
  // Every seventh round dies while it opens the store, and so while it cleans up after the round before.
  if (enough === 0) void delay(30 + round).then(() => child.kill('SIGKILL'))
  for await (const line of createInterface(child.stdout)) {
    const [version = '', hash = ''] = line.split(' ')
    acknowledged.push({ version: Number(version), hash })
    if (acknowledged.length === enough) child.kill('SIGKILL')
  }
  assert.deepEqual(await exit, [null, 'SIGKILL'])
  return acknowledged
}

/** A program of this folder, running and ready to be asked. */
async function started(name: string, ...parameters: readonly string[]): Promise<ChildProcess> {
  const child = fork(program(name), parameters)
  await answerOf(child)
  return child
}

/** Sends all of them the same, at once, and waits for an answer of each. */
async function ask(children: readonly ChildProcess[], question: string | number): Promise<readonly unknown[]> {
  const answers = children.map(answerOf)
  for (const child of children) child.send(question)
  return await Promise.all(answers)
}

/** A child that ends instead of answering fails the test; it would wait for ever otherwise. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const done = new AbortController()
  const end = once(child, 'exit', done).then(([code]) => assert.fail(`the program ended with ${code}`))
  try {
    const [answer] = await Promise.race([once(child, 'message', done), end])
    return answer
  } finally {
    done.abort()
  }
}

async function ended(children: readonly ChildProcess[]): Promise<void> {
  const exits = children.map((child) => once(child, 'exit'))
  for (const child of children) child.disconnect()
  assert.deepEqual(
    (await Promise.all(exits)).map(([code]) => code),
    children.map(() => 0),
  )
}

function program(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url))
}
