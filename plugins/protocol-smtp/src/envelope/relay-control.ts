/** Who may send to whom (guide 7.1.1.2): a client that is known may send to anybody, others to the domains listed. */
import type { Session } from '@fsigk/plugin-api'
import type { SmtpSettings } from '../settings.js'
import { domainsOf } from './domain.js'

/** What is known of a client. Each by itself suffices. */
export interface Standing {
  /** It is a host of the LAN. */
  readonly lan: boolean
  /** It has proved to the server who it is. */
  readonly authenticated: boolean
}

/** Marks of addresses that some servers send on to another host than the one behind the last `@`. */
const ROUTED = /[!%]/

/**
 * Whether mail for this recipient is accepted from this client. Addresses that could be read as a way to another host are
 * not, whatever their domain: with `!` or `%`, with more than one `@` (source routes, quoted addresses).
 *
 * @param recipient latin1, without angle brackets
 */
export function mayRelay(session: Session<SmtpSettings>, standing: Standing, recipient: string): boolean {
  if (!session.settings.acl_rcpt || standing.lan || standing.authenticated) return true
  if (ROUTED.test(recipient) || recipient.split('@').length > 2) return false
  // The server's own people: postmaster.
  if (!recipient.includes('@')) return true
  return domainsOf(recipient).some((domain) => domain !== '' && session.listsDomain('rcpt', domain))
}
