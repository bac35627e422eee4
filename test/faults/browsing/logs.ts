/** Whether each answered request has its line, and only one. */
import { parseLogLine, type TestGateway } from '@fsigk/testing'
import type { Judge } from './judge.js'

/** @returns what is wrong, in words */
export async function checkLogs(gateway: TestGateway, judge: Judge): Promise<readonly string[]> {
  const wrong: string[] = []
  const lines = statusesByNumber(await gateway.log('http', 'access'), wrong)
  for (const [number, status] of judge.answered) {
    const found = lines.get(number) ?? []
    // One that was asked once more on a fresh connection may have a line of the first time too.
    const ours = found.filter((each) => each === status)
    // A worker that is killed may have answered in the very turn whose lines it did not write any more.
    if (ours.length === 0 && judge.wasKilledAround(number)) continue
    if (ours.length !== 1)
      wrong.push(
        `request ${number}, answered ${status}, has the lines [${found.join(', ')}] (nearest kill ${judge.nearestKillMs(number)} ms after it)`,
      )
  }
  const detected = new Set(statusesByNumber(await gateway.log('http', 'detect'), wrong).keys())
  for (const [number, status] of judge.answered)
    if (status === 403 && !detected.has(number) && !judge.wasKilledAround(number))
      wrong.push(`request ${number} was refused and is not in detect.log`)
  return wrong
}

function statusesByNumber(log: string, wrong: string[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>()
  for (const line of log.split('\n')) {
    if (line === '') continue
    try {
      const { url, status } = parseLogLine(line)
      const number = /\/(\d+)$/.exec(url)?.[1]
      if (number === undefined) continue
      const statuses = found.get(Number(number)) ?? []
      found.set(Number(number), statuses)
      statuses.push(status)
    } catch (error) {
      wrong.push((error as Error).message)
    }
  }
  return found
}
