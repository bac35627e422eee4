import { listWords } from '@fsigk/plugin-api'
import { decimal } from '../message/characters.js'

/**
 * Whether a port is in a list such as `443,8443,9000-9010`. A word that is neither a port nor a range allows nothing.
 *
 * @param list `http.connect_ports`
 */
export function portIsListed(list: string, port: number): boolean {
  return listWords(list).some((word) => {
    const dash = word.indexOf('-')
    const first = decimal(dash === -1 ? word : word.slice(0, dash).trim())
    const last = dash === -1 ? first : decimal(word.slice(dash + 1).trim())
    return first !== undefined && last !== undefined && port >= first && port <= last
  })
}
