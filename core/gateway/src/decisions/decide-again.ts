import type { SettingsSnapshot } from '@fsigk/config'
import { AccessControl } from '../net/access-control.js'
import { isByName } from '../pipeline/blocks.js'
import type { Judgement } from '../pipeline/judgement.js'
import { decide, type PolicySettings } from '../pipeline/policy.js'
import type { DecisionRecord } from './decision-record.js'

/** What became of it, in the words of the log: `INFECTED DELETE`, `DENIED`, `PASSED`. */
export function outcomeWords(record: DecisionRecord): string {
  switch (record.is) {
    case 'source-denied':
    case 'target-denied':
      return 'DENIED'
    case 'error':
      return 'ERROR'
    case 'judged':
      return `${record.result} ${record.action}`
  }
}

/** What is refused by its name is refused unscanned too. */
function byNameAlone({ findings }: Judgement): Judgement {
  return { findings: findings.filter(isByName), unscanned: [{ because: 'skipped' }] }
}

/**
 * What the same facts lead to under other settings, in the words of `outcomeWords`. What a scanner found then is taken
 * as found; what the settings then would not have looked at is `UNSCANNED NONE`.
 *
 * @throws FSIGK_ACCESS_LIST_INVALID
 */
export function decideAgain(record: DecisionRecord, snapshot: SettingsSnapshot): string {
  const settings = snapshot.values[record.service] ?? {}
  const access = new AccessControl(snapshot, record.service)
  const source = access.source(record.peer.address, record.peer.name)
  if (!source.allowed) return 'DENIED'
  switch (record.is) {
    case 'source-denied':
      return 'PASSED'
    case 'target-denied': {
      const { host, port, address } = record
      return access.target({ host, port }, address === '' ? undefined : address).allowed ? 'PASSED' : 'DENIED'
    }
    case 'error':
      return 'ERROR'
    case 'judged': {
      // The section is the protocol's, which must have the settings that the pipeline reads.
      const policy = settings as unknown as PolicySettings
      const judgement = settings['virus_check'] === true ? record : byNameAlone(record)
      const { result, action } = decide(judgement, policy, record.service)
      return `${result} ${action}`
    }
  }
}
