import type { SettingsSnapshot } from '@fsigk/config'
import { AccessControl } from '../net/access-control.js'
import { isByName } from '../pipeline/blocks.js'
import type { Judgement } from '../pipeline/judgement.js'
import { decide, mailWay, type PolicySettings } from '../pipeline/policy.js'
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

/** What is refused by its name is refused unscanned too; the names in a mail are not looked at then. */
function unlookedAt({ findings }: Judgement, isMail: boolean): Judgement {
  return { findings: isMail ? [] : findings.filter(isByName), unscanned: [{ because: 'skipped' }] }
}

/** What mail of the LAN meets (guide 7.1.1.2). */
function ofLan(settings: PolicySettings & { readonly lan_action?: PolicySettings['action'] }): PolicySettings {
  return { ...settings, action: settings.lan_action ?? settings.action }
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
      const isMail = record.mail === true
      const judgement = settings['virus_check'] === true ? record : unlookedAt(record, isMail)
      const { result, action } = decide(
        judgement,
        isMail && access.lists('lan', record.peer) ? ofLan(policy) : policy,
        mailWay(isMail, record.transfer.direction),
      )
      return `${result} ${action}`
    }
  }
}
