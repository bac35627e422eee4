/** What the settings say of a service as a whole: where it listens, how many workers it has, what they load. */
import type { SettingsSnapshot } from '@fsigk/config'
import { listWords } from '@fsigk/plugin-api'
import type { Home } from '../home.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'

/** A browser opens up to 32 connections to its proxy. */
const SMALLEST_ADDRESS_LIMIT = 32

export interface ServicePlan {
  /** The plugin that speaks. */
  readonly protocol: FoundPlugin
  readonly enabled: boolean
  /** In the guide's notation (7.1.1.1). */
  readonly svcport: string
  /** `pre_spawn`: connections of the service over all workers. */
  readonly limit: number
  /** Of one address. */
  readonly addressLimit: number
  readonly backlog: number
  readonly workers: number
  /** Plugin ids, in order. */
  readonly scanners: readonly string[]
  readonly tmp: string
  /** The group that may read there; `''` for none. */
  readonly spoolGroup: string
  readonly quarantine: string
  readonly drainMs: number
}

/**
 * @param cores how many workers `workers=0` means
 */
export function planOf(protocol: FoundPlugin, snapshot: SettingsSnapshot, home: Home, cores: number): ServicePlan {
  const service = protocol.section ?? ''
  const own = new Section(snapshot, service)
  const common = new Section(snapshot, 'common')
  return {
    protocol,
    enabled: own.flag(`${service}_service`),
    svcport: own.text('svcport'),
    limit: own.number('pre_spawn', 2_000),
    addressLimit: addressLimit(own.number('address_limit', 0), own.number('pre_spawn', 2_000)),
    backlog: own.number('backlog', 511),
    workers: own.number('workers', 1) || cores,
    scanners: listWords(new Section(snapshot, 'plugins').text('scanners')),
    tmp: common.text('tmpdir') || home.tmp,
    spoolGroup: common.text('spool_group'),
    quarantine: common.text('quarantine_dir') || home.quarantine,
    drainMs: common.number('drain_timeout', 30) * 1_000,
  }
}

/** @param wanted `address_limit`: 0 is a quarter of all, but what a few browsers open */
function addressLimit(wanted: number, all: number): number {
  return wanted > 0 ? wanted : Math.max(SMALLEST_ADDRESS_LIMIT, Math.floor(all / 4))
}

/** Whether workers of the one plan can go on under the other, told only their new settings. */
export function sameWorkers(one: ServicePlan, other: ServicePlan): boolean {
  return workersKey(one) === workersKey(other)
}

function workersKey({ protocol, svcport, backlog, workers, tmp, spoolGroup, quarantine }: ServicePlan): string {
  return JSON.stringify([protocol, svcport, backlog, workers, tmp, spoolGroup, quarantine])
}

class Section {
  constructor(
    private readonly snapshot: SettingsSnapshot,
    private readonly name: string,
  ) {}

  flag(setting: string): boolean {
    return this.#value(setting) === true
  }

  text(setting: string): string {
    return String(this.#value(setting) ?? '')
  }

  number(setting: string, otherwise: number): number {
    const value = this.#value(setting)
    return typeof value === 'number' ? value : otherwise
  }

  #value(setting: string) {
    return this.snapshot.values[this.name]?.[setting]
  }
}
