/** Waiting for what comes by itself. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { TestGateway } from '@fsigk/testing'

const LIMIT_MS = 60_000

/** Looks until it is there. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + LIMIT_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${LIMIT_MS} ms`)
    await delay(20)
  }
}

/** The text of a file of the home, `''` while there is none. */
export function textOf(gateway: TestGateway, file: string): Promise<string> {
  return readFile(join(gateway.home, file), 'utf8').catch(() => '')
}

/** The text of a file of the home when it holds this. */
export function textWith(gateway: TestGateway, file: string, wanted: string): Promise<string> {
  return until(`'${wanted}' in ${file}`, async () => {
    const text = await textOf(gateway, file)
    return text.includes(wanted) ? text : undefined
  })
}

type Output = NonNullable<Awaited<ReturnType<TestGateway['status']>>['logOutputs']>[number]

/** What `fsigk status` says of a command or a sink. */
export async function outputOf(gateway: TestGateway, name: string): Promise<Output | undefined> {
  const { logOutputs } = await gateway.status()
  return logOutputs?.find(({ output }) => output === name)
}

/** Types of the alarms of log outputs that a gateway, which has stopped, left behind. */
export async function alarmsOf(gateway: TestGateway): Promise<readonly string[]> {
  const { openSqliteStore } = await import('eventstore-lite')
  await using store = await openSqliteStore(join(gateway.home, 'store/events.db'))
  const types: string[] = []
  for await (const { type } of store.read('operations')) types.push(type)
  return types.filter((type) => type.startsWith('LogOutput'))
}
