/** What is not scanned by request of the administrator, by User-Agent and by file name (guide 7.1.1.1), and who is refused. */
import { listWords } from '@fsigk/plugin-api'
import type { HttpSettings } from './settings.js'

/** The guide's list, which `pass_user_agent_builtin` switches on. */
const BUILT_IN_USER_AGENTS = [
  'Service Pack Setup',
  'Office Update',
  'Symantec LiveUpdate',
  'TMhtload',
  'BW-C',
  'GETDBHTTP',
  'RealPlayer',
  'RMA',
  'NSPlayer',
  'urlgrabber',
  'Microsoft BITS',
  'Windows-Update-Agent',
  'Adobe Update Manager',
  'Mozilla/4.0 (compatible; Win32; Commtouch Http Client',
] as const

const NONE: readonly string[] = []

/** The settings of one revision, ready to match. */
class Skips {
  readonly #userAgents: readonly string[]
  readonly #blocked: readonly string[]
  readonly #endings: readonly string[]

  constructor(settings: HttpSettings) {
    this.#userAgents = [
      ...(settings.pass_user_agent ? listWords(settings.pass_user_agent_list) : []),
      ...(settings.pass_user_agent_builtin ? BUILT_IN_USER_AGENTS : []),
    ]
    this.#blocked = settings.block_user_agent ? listWords(settings.block_user_agent_list) : []
    this.#endings = settings.pass_ext ? listWords(settings.pass_ext_list.toLowerCase()) : []
  }

  /**
   * The log's word for why this is not scanned; undefined when it is.
   *
   * @param name the file name as the client will see it
   * @param otherNames as other clients would: whatever may get another name is not skipped by one
   */
  reason(
    userAgent: string | undefined,
    name: string,
    otherNames: readonly string[] = NONE,
  ): 'PASS_USER_AGENT' | 'PASS_EXT' | undefined {
    if (userAgent !== undefined && this.#userAgents.some((start) => userAgent.startsWith(start)))
      return 'PASS_USER_AGENT'
    if (this.#endings.length === 0) return undefined
    const isSkipped = (each: string) => this.#endings.some((ending) => each.toLowerCase().endsWith(ending))
    return isSkipped(name) && otherNames.every(isSkipped) ? 'PASS_EXT' : undefined
  }

  /** Whether a client of this kind is refused (`block_user_agent`). @param userAgents the values of its fields */
  blocks(userAgents: readonly string[]): boolean {
    return userAgents.some((agent) => this.#blocked.some((start) => agent.startsWith(start)))
  }
}

const prepared = new WeakMap<HttpSettings, Skips>()

/** Prepared once for each revision: snapshots are frozen and shared by the sessions that pin them. */
export function skipsOf(settings: HttpSettings): Skips {
  const known = prepared.get(settings)
  if (known !== undefined) return known
  const skips = new Skips(settings)
  prepared.set(settings, skips)
  return skips
}
