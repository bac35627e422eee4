import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'

const MAX_PASSWD_BYTES = 4 * 1024 * 1024

/** The user name of a user id, as the history names people; `uid 1234` for one without a name. */
export async function ownerName(uid: number): Promise<string> {
  try {
    const own = userInfo()
    if (own.uid === uid) return own.username
  } catch {
    // This process may run under an id that has no name.
  }
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  for (const line of passwd.slice(0, MAX_PASSWD_BYTES).split('\n')) {
    const [name, , id] = line.split(':')
    if (id === `${uid}` && name !== undefined && /^[\w.@$+-]{1,64}$/.test(name)) return name
  }
  return `uid ${uid}`
}
