import { closeSync, constants, openSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** sockaddr_un holds 108 bytes, one of them the final NUL. */
const MAX_SOCKET_PATH_BYTES = 107

/**
 * A path for a socket that the system accepts however deep its folder lies: a long one goes by the folder's descriptor.
 * It is valid until disposed.
 */
export function socketPath(path: string): Disposable & { readonly path: string } {
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return { path, [Symbol.dispose]: () => {} }
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY)
  return { path: `/proc/self/fd/${folder}/${basename(path)}`, [Symbol.dispose]: () => closeSync(folder) }
}
