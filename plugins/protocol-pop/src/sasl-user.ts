/**
 * Whom a client claims to be while it proves itself (AUTH), for the log: what it sends is read along.
 *
 * @param mechanism upper case
 * @param answers that the client gave so far, in base64 as it sent them, an initial one among them
 * @returns `''` while that is not told, or in a way that is not known
 */
export function saslUser(mechanism: string, answers: readonly string[]): string {
  const [first = ''] = answers
  const told = Buffer.from(first, 'base64').toString('utf8')
  switch (mechanism) {
    case 'PLAIN':
      return told.split('\0')[1] ?? ''
    case 'LOGIN':
      return told
    case 'CRAM-MD5':
      return told.split(' ').slice(0, -1).join(' ')
    case 'XOAUTH2':
      return /^user=([^\x01]*)/.exec(told)?.[1] ?? ''
    default:
      return ''
  }
}
