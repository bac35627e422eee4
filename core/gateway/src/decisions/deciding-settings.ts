import { blockDetections } from '../pipeline/blocks.js'
import { causes } from '../pipeline/policy.js'
import type { DecisionRecord } from './decision-record.js'

/** Settings that say more about a cause than the switch that decides on it. */
const limits: Readonly<Partial<Record<string, readonly string[]>>> = {
  'scan-timeout': ['vsd_scantimeout'],
  filesize: ['block_filesize_len'],
  messagesize: ['block_messagesize_len'],
  range: ['range'],
  'over-filesize': ['pass_filesize', 'pass_filesize_len'],
}

/** The settings that decided on what was found, the most important first. Pure. */
export function decidingSettings(record: DecisionRecord): readonly string[] {
  const own = (name: string) => `${record.service}.${name}`
  switch (record.is) {
    case 'source-denied':
      return [own('acl_from'), `access.${record.service}_from`]
    case 'target-denied':
      return [own('local_to'), own('acl_to'), `access.${record.service}_to`]
    case 'error':
      return []
    case 'judged': {
      const bySwitch = record.unscanned.flatMap(({ because }) => {
        const rule = causes[because]
        const decides = rule.kind === 'transient' ? [rule.opensBy] : rule.kind === 'policy' ? [rule.blocksBy] : []
        return [...decides, ...(limits[because] ?? [])].map(own)
      })
      const blocks = record.findings.flatMap(({ threat }) => {
        const block = blockDetections.get(threat)
        return block === undefined ? [] : block === 'block_ext' ? [own(block), own('block_ext_list')] : [own(block)]
      })
      const riskware = record.findings.some(({ category }) => category === 'riskware') ? [own('riskware_check')] : []
      const action =
        record.lan === true ? [own('lan_action'), own('lan'), `access.${record.service}_lan`] : [own('action')]
      const detected = record.result === 'INFECTED' ? action : []
      return [...new Set([...detected, ...bySwitch, ...blocks, ...riskware, own('virus_check'), 'plugins.scanners'])]
    }
  }
}
