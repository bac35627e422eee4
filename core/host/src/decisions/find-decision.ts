/** Finds the facts of a detection, refusal or error by its id, in the files that workers keep beside the logs. */
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type DecisionRecord, decisionRecord, isDecisionFile } from '@fsigk/gateway'

/** What a whole line of a log, or what somebody copied of it, says of which session it is. */
const PLACES = [/ FSIGK:\d+:(\w+):/, /\[r\d+ (\w+)\]/, /^\s*(\w{10,40})\s*$/]

/** @returns undefined when no id can be read from the text */
export function idIn(text: string): string | undefined {
  for (const place of PLACES) {
    const id = place.exec(text)?.[1]
    if (id !== undefined) return id
  }
  return undefined
}

/**
 * All facts of a session, in the order in which they were recorded: a mail session may have several.
 * @param logs the folder that holds a folder of logs for each service
 */
export async function findDecisions(logs: string, id: string): Promise<readonly DecisionRecord[]> {
  const found: DecisionRecord[] = []
  for (const service of await readdir(logs, { withFileTypes: true })) {
    if (!service.isDirectory()) continue
    const folder = join(logs, service.name)
    for (const name of (await readdir(folder)).filter(isDecisionFile))
      found.push(...(await search(join(folder, name), id)))
  }
  return found.sort((left, right) => Date.parse(left.at) - Date.parse(right.at))
}

/** A line that was cut by a crash is passed over. */
async function search(path: string, id: string): Promise<readonly DecisionRecord[]> {
  const found: DecisionRecord[] = []
  for await (const line of createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (!line.includes(`"id":"${id}"`)) continue
    try {
      const record = decisionRecord.safeParse(JSON.parse(line))
      if (record.success && record.data.id === id) found.push(record.data)
    } catch {}
  }
  return found
}
