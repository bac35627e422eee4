import { MARKER } from '../proxies/clamd.js'
import type { MailProxy } from '../proxies/mail-proxy.js'
import { MailConversation } from './mail-conversation.js'
import { KEPT, mailOf } from './mail-message.js'

const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join('')
const SIZE = 80 * 1024

/**
 * Makes sure that a proxy scans what it is measured with: a mail with something in its file that is to be found must not
 * come to the server. @throws when it does
 */
export async function mustDetectMail({ name, port }: MailProxy): Promise<void> {
  const found = Buffer.from(name === 'fsigk' ? EICAR : MARKER, 'latin1')
  using conversation = new MailConversation(port)
  if (!(await conversation.greet())) throw new Error(`${name} does not greet`)
  const passed = await conversation.send(Buffer.concat([mailOf(SIZE), Buffer.from('.\r\n')]))
  if (passed !== KEPT) throw new Error(`${name} answers a clean mail with ${passed}`)
  const reply = await conversation.send(Buffer.concat([mailOf(SIZE, found), Buffer.from('.\r\n')]))
  if (reply === KEPT || !/^[25]/.test(reply)) throw new Error(`${name} answers what it should find with ${reply}`)
}
