/** Mechanisms after which everything stays readable: they have no layer that encrypts what follows (RFC 4422, 3.7). */
const CLEAR: ReadonlySet<string> = new Set([
  'PLAIN',
  'LOGIN',
  'CRAM-MD5',
  'NTLM',
  'OTP',
  'SECURID',
  'ANONYMOUS',
  'EXTERNAL',
  'XOAUTH',
  'XOAUTH2',
  'OAUTHBEARER',
  'SCRAM-SHA-1',
  'SCRAM-SHA-224',
  'SCRAM-SHA-256',
  'SCRAM-SHA-384',
  'SCRAM-SHA-512',
])

/** Whether it leaves the traffic readable. Letter case does not matter. */
export function isClearMechanism(mechanism: string): boolean {
  return CLEAR.has(mechanism.toUpperCase())
}

/**
 * The SASL mechanisms among these that leave the traffic readable: with others, known or not, nothing could be scanned.
 */
export function clearMechanisms(mechanisms: readonly string[]): readonly string[] {
  return mechanisms.filter(isClearMechanism)
}
