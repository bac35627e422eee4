import { listWords } from '@fsigk/plugin-api'
import { fail } from './errors.js'

/** Where a clamd answers. */
export type ServerAddress =
  | { readonly name: string; readonly path: string }
  | { readonly name: string; readonly host: string; readonly port: number }

const HOST_AND_PORT = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9][a-z0-9.-]*)):([1-9]\d{0,4})$/i
const MAX_SOCKET_PATH_BYTES = 107 // sockaddr_un(7), without the final NUL

/** @throws FSIGK_CLAMAV_SERVER_INVALID naming the first word that is no server */
export function serverAddresses(servers: string): readonly ServerAddress[] {
  return listWords(servers).map(serverAddress)
}

function serverAddress(word: string): ServerAddress {
  if (word.startsWith('/') && Buffer.byteLength(word) <= MAX_SOCKET_PATH_BYTES) return { name: word, path: word }
  const [, bracketed, name, digits] = HOST_AND_PORT.exec(word) ?? []
  const host = bracketed ?? name
  const port = Number(digits)
  if (host === undefined || port > 65_535) throw fail('FSIGK_CLAMAV_SERVER_INVALID', [word])
  return { name: word, host, port }
}
