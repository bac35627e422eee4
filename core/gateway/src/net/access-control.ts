/**
 * Who may come in and what may be reached, for one service under one snapshot of the settings: the guide's access
 * control (7.2; `acl_from`, `acl_to`) and the refusal of local destinations (`local_to`). It decides and
 * words the refusal; it logs nothing.
 */
import type { AccessList, SettingsSnapshot } from '@fsigk/config'
import { accessListAllows, isBroken, parseAccessList } from '@fsigk/config'
import type { Decision, Target } from '@fsigk/plugin-api'
import { connectionErrors } from './connection-errors.js'
import { fail } from './errors.js'
import { readListFile } from './list-file.js'
import type { LocalKind } from './local-destinations.js'
import { localKind } from './local-destinations.js'
import { type OwnAddresses, ownAddresses } from './own-addresses.js'
import { RecentlyUsed } from './recently-used.js'
import { readTargetHost } from './target-host.js'

/** Decisions that are remembered, of each kind. An entry is some 200 bytes. */
const MAX_REMEMBERED = 2_048

const ALLOWED: Decision = Object.freeze({ allowed: true })
const DENIED_SOURCE: Decision = Object.freeze({ allowed: false, message: 'Access Denied' })

/** What was found of an address or target, before it is put into words. */
type Finding = 'allowed' | 'denied' | LocalKind

export class AccessControl {
  readonly #from: AccessList | undefined
  readonly #to: AccessList | undefined
  readonly #localTo: AccessList | undefined
  readonly #localToKey: string
  readonly #sources = new RecentlyUsed<string, Decision>(MAX_REMEMBERED)
  readonly #targets = new RecentlyUsed<string, Finding>(MAX_REMEMBERED)
  #generation = -1

  /**
   * @param service the settings' section, `http`
   * @throws FSIGK_ACCESS_LIST_INVALID, also for a list file that cannot be read: what is unreadable must not become
   *   "everyone", as it would behind EXCEPT
   */
  constructor(
    snapshot: SettingsSnapshot,
    service: string,
    private readonly own: OwnAddresses = ownAddresses,
  ) {
    const settings = snapshot.values[service] ?? {}
    const lists = snapshot.values['access'] ?? {}
    this.#localToKey = `${service}.local_to`
    if (settings['acl_from'] === true) this.#from = compile(`access.${service}_from`, lists[`${service}_from`])
    if (settings['acl_to'] === true) this.#to = compile(`access.${service}_to`, lists[`${service}_to`])
    const localTo = settings['local_to'] ?? ''
    if (localTo !== '') this.#localTo = compile(this.#localToKey, localTo)
  }

  /**
   * Whether a peer may come in (`acl_from`).
   *
   * @param address as `normaliseAddress` gives it
   * @param name its host name, when `reverselookup` found and confirmed one
   */
  source(address: string, name?: string): Decision {
    if (this.#from === undefined) return ALLOWED
    const key = name === undefined ? address : `${address} ${name}`
    const remembered = this.#sources.get(key)
    if (remembered !== undefined) return remembered
    const decision = allows(this.#from, address, name) ? ALLOWED : DENIED_SOURCE
    this.#sources.set(key, decision)
    return decision
  }

  /**
   * Whether a target may be reached (`acl_to`), and whether it may be reached at this address (`local_to` too).
   *
   * Without an address, which is how a target behind a parent is asked for, a name must be allowed by its name: what
   * only an address could allow is refused.
   *
   * @param address the address that is or will be dialled
   */
  target(target: Target, address?: string): Decision {
    if (this.own.generation !== this.#generation) {
      this.#targets.clear()
      this.#generation = this.own.generation
    }
    const key = address === undefined ? target.host : `${target.host} ${address}`
    let finding = this.#targets.get(key)
    if (finding === undefined) {
      finding = this.#find(target.host, address)
      this.#targets.set(key, finding)
    }
    return this.#decision(finding, target, address)
  }

  /**
   * Whether a connection may stay that turned out to end on this very host, at an address that no interface shows
   * (a route of type `local`, an address that is a second old).
   */
  ownHost(target: Target, address: string): Decision {
    const finding = this.#allowsLocal(address) ? 'allowed' : 'an address of this gateway'
    return this.#decision(finding, target, address)
  }

  #find(host: string, address: string | undefined): Finding {
    const read = readTargetHost(host)
    if (read.is === 'refused') return 'denied'
    const reached = address ?? (read.is === 'address' ? read.address : undefined)
    const name = read.is === 'name' ? read.name : undefined
    if (this.#to !== undefined && !allows(this.#to, reached, name)) return 'denied'
    if (reached === undefined) return 'allowed'
    const kind = localKind(reached, this.own)
    return kind === undefined || this.#allowsLocal(reached) ? 'allowed' : kind
  }

  #allowsLocal(address: string): boolean {
    return this.#localTo !== undefined && allows(this.#localTo, address, undefined)
  }

  #decision(finding: Finding, target: Target, address: string | undefined): Decision {
    if (finding === 'allowed') return ALLOWED
    const message =
      finding === 'denied'
        ? connectionErrors.inhibited(target)
        : connectionErrors.inhibitedLocal(target, address ?? target.host, finding, this.#localToKey)
    return { allowed: false, message }
  }
}

function allows(list: AccessList, address: string | undefined, name: string | undefined): boolean {
  return accessListAllows(list, { address, name })
}

function compile(key: string, text: unknown): AccessList {
  const list = parseAccessList(typeof text === 'string' ? text : '', readListFile)
  if (isBroken(list)) throw fail('FSIGK_ACCESS_LIST_INVALID', [key, list.rule])
  return list
}
