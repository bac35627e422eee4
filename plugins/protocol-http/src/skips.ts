/** What is not scanned by request of the administrator: by User-Agent and by file name (guide 7.1.1.1). */
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

/** The settings of one revision, ready to match. */
export class Skips {
  readonly #userAgents: readonly string[]
  readonly #endings: readonly string[]

  constructor(settings: HttpSettings) {
    this.#userAgents = [
      ...(settings.pass_user_agent ? listWords(settings.pass_user_agent_list) : []),
      ...(settings.pass_user_agent_builtin ? BUILT_IN_USER_AGENTS : []),
    ]
    this.#endings = settings.pass_ext ? listWords(settings.pass_ext_list.toLowerCase()) : []
  }

  /**
   * The log's word for why this is not scanned; undefined when it is.
   *
   * @param name the file name as the client will see it
   */
  reason(userAgent: string | undefined, name: string): 'PASS_USER_AGENT' | 'PASS_EXT' | undefined {
    if (userAgent !== undefined && this.#userAgents.some((start) => userAgent.startsWith(start)))
      return 'PASS_USER_AGENT'
    if (this.#endings.length === 0) return undefined
    const lower = name.toLowerCase()
    return this.#endings.some((ending) => lower.endsWith(ending)) ? 'PASS_EXT' : undefined
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
