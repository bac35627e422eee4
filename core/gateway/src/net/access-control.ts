/**
 * Who may come in and what may be reached, for one service under one snapshot of the settings: the guide's access
 * control (7.2; `acl_from`, `acl_to`, `acl_pass_to`) and the refusal of local destinations (`local_to`). It decides and
 * words the refusal; it logs nothing.
 */
import type { AccessQuestion, SettingsSnapshot } from '@fsigk/config'
import type { Decision, Target } from '@fsigk/plugin-api'
import { connectionErrors } from './connection-errors.js'
import { countedAddress } from './counted-address.js'
import type { LocalKind } from './local-destinations.js'
import { localKind } from './local-destinations.js'
import { type OwnAddresses, ownAddresses } from './own-addresses.js'
import { RecentlyUsed } from './recently-used.js'
import { readTargetHost } from './target-host.js'
import { WatchedList } from './watched-list.js'

/** Decisions that are remembered, of each kind. An entry is some 200 bytes. */
const MAX_REMEMBERED = 2_048

const ALLOWED: Decision = Object.freeze({ allowed: true })
const DENIED_SOURCE: Decision = Object.freeze({ allowed: false, message: 'Access Denied' })

/** Lists beside those of access control, each with the setting that puts it in force: `access.smtp_rcpt` by `smtp.acl_rcpt`. */
const furtherLists = { lan: 'lan', rcpt: 'acl_rcpt' } as const

/** Addresses at which the gateway's own listeners answer. */
const ownKinds: ReadonlySet<LocalKind> = new Set([
  'an unspecified address',
  'a loopback address',
  'an address of this gateway',
])

/** What was found of an address or target, before it is put into words. */
type Finding = 'allowed' | 'denied' | LocalKind

export class AccessControl {
  readonly #from: WatchedList | undefined
  readonly #to: WatchedList | undefined
  readonly #passTo: WatchedList | undefined
  readonly #localTo: WatchedList | undefined
  readonly #localToKey: string
  readonly #uncounted: WatchedList | undefined
  readonly #further = new Map<string, WatchedList>()
  readonly #sources = new RecentlyUsed<string, Decision>(MAX_REMEMBERED)
  readonly #targets = new RecentlyUsed<string, Finding>(MAX_REMEMBERED)
  #generation = ''

  /**
   * @param service the settings' section, `http`
   * @param told of a list file that changed and can no longer be used; the list as last read stays in force then
   * @throws FSIGK_ACCESS_LIST_INVALID, also for a list file that cannot be read: what is unreadable must not become
   *   "everyone", as it would behind EXCEPT
   */
  constructor(
    snapshot: SettingsSnapshot,
    service: string,
    private readonly own: OwnAddresses = ownAddresses,
    told: (error: Error) => void = () => {},
  ) {
    const settings = snapshot.values[service] ?? {}
    const lists = snapshot.values['access'] ?? {}
    this.#localToKey = `${service}.local_to`
    const listOf = (name: string) =>
      settings[`acl_${name}`] === true
        ? new WatchedList(`access.${service}_${name}`, textOf(lists[`${service}_${name}`]), told)
        : undefined
    this.#from = listOf('from')
    this.#to = listOf('to')
    this.#passTo = listOf('pass_to')
    const localTo = textOf(settings['local_to'])
    const uncounted = textOf(settings['address_limit_except'])
    if (uncounted !== '') this.#uncounted = new WatchedList(`${service}.address_limit_except`, uncounted, told)
    for (const [name, isInForce] of Object.entries(furtherLists)) {
      const text = textOf(lists[`${service}_${name}`])
      if (settings[isInForce] === true && text !== '')
        this.#further.set(name, new WatchedList(`access.${service}_${name}`, text, told))
    }
    if (localTo !== '') this.#localTo = new WatchedList(this.#localToKey, localTo, told)
  }

  /**
   * Whether a peer may come in (`acl_from`).
   *
   * @param address as `normaliseAddress` gives it
   * @param name its host name, when `reverselookup` found and confirmed one
   */
  source(address: string, name?: string): Decision {
    if (this.#from === undefined) return ALLOWED
    this.#lookAgain()
    const key = name === undefined ? address : `${address} ${name}`
    const remembered = this.#sources.get(key)
    if (remembered !== undefined) return remembered
    const decision = allows(this.#from, address, name) ? ALLOWED : DENIED_SOURCE
    this.#sources.set(key, decision)
    return decision
  }

  /**
   * Whom a peer's connections are counted for (`address_limit`); `''` for those of `address_limit_except`.
   *
   * @param address as `normaliseAddress` gives it
   */
  countedFor(address: string): string {
    this.#uncounted?.refresh()
    const isExempt = this.#uncounted !== undefined && allows(this.#uncounted, address, undefined)
    return isExempt ? '' : countedAddress(address)
  }

  /**
   * Whether a target may be reached (`acl_to`), and whether it may be reached at this address (`local_to` too).
   *
   * Without an address, which is how a target behind a parent is asked for, a name must be allowed by its name: what
   * only an address could allow is refused.
   *
   * @param address the address that is or will be dialled
   * @param isLocalAllowed whether `local_to` does not apply: the target is a configured parent
   */
  target(target: Target, address?: string, isLocalAllowed = false): Decision {
    this.#lookAgain()
    const key = address === undefined ? target.host : `${target.host} ${address}`
    let finding = this.#targets.get(key)
    if (finding === undefined) {
      finding = this.#find(target.host, address)
      this.#targets.set(key, finding)
    }
    return isLocalAllowed && finding !== 'denied' ? ALLOWED : this.#decision(finding, target, address)
  }

  /**
   * Whether a connection may stay that turned out to end on this very host, at an address that no interface shows
   * (a route of type `local`, an address that is a second old).
   */
  ownHost(target: Target, address: string): Decision {
    const finding = this.#allowsLocal(address) ? 'allowed' : 'an address of this gateway'
    return this.#decision(finding, target, address)
  }

  /**
   * Whether a connection to this address ends on this very host, whatever `local_to` says of it.
   *
   * @param address as `normaliseAddress` gives it
   */
  isOwnHost(address: string): boolean {
    const kind = localKind(address, this.own)
    return kind !== undefined && ownKinds.has(kind)
  }

  /**
   * Whether what comes from a target is not to be scanned (`acl_pass_to`).
   *
   * @param address the address that was dialled; without it, a name must be listed by its name
   */
  passes(target: Target, address?: string): boolean {
    if (this.#passTo === undefined) return false
    this.#passTo.refresh()
    const read = readTargetHost(target.host)
    if (read.is === 'refused') return false
    const reached = address ?? (read.is === 'address' ? read.address : undefined)
    return allows(this.#passTo, reached, read.is === 'name' ? read.name : undefined)
  }

  /**
   * Whether somebody stands in a list beside those of access control: `lan` is `access.smtp_lan` for the service smtp. One
   * that is empty, or not in force, holds nobody.
   */
  lists(list: string, question: AccessQuestion): boolean {
    const watched = this.#further.get(list)
    if (watched === undefined) return false
    watched.refresh()
    return watched.allows(question)
  }

  /** What was decided is forgotten when a list file or an address of this host has changed. */
  #lookAgain(): void {
    for (const list of [this.#from, this.#to, this.#localTo]) list?.refresh()
    const { own } = this
    const generation = `${own.generation} ${this.#from?.generation} ${this.#to?.generation} ${this.#localTo?.generation}`
    if (generation === this.#generation) return
    this.#sources.clear()
    this.#targets.clear()
    this.#generation = generation
  }

  #find(host: string, address: string | undefined): Finding {
    const read = readTargetHost(host)
    if (read.is === 'refused') return 'denied'
    const reached = address ?? (read.is === 'address' ? read.address : undefined)
    const name = read.is === 'name' ? read.name : undefined
    if (this.#to !== undefined && !allows(this.#to, reached, name)) return 'denied'
    if (reached === undefined) {
      return name === undefined || !isLoopbackName(name) || this.#allowsLocal(LOOPBACK)
        ? 'allowed'
        : 'a loopback address'
    }
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

const LOOPBACK = '127.0.0.1'

/** RFC 6761 6.3: whoever is asked for these names, a parent too, finds his own host. */
function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost')
}

function allows(list: WatchedList, address: string | undefined, name: string | undefined): boolean {
  return list.allows({ address, name })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
