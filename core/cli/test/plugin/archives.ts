/** Archives for trying the reader: whole ones, and ones that somebody made to harm. */
import { gunzipSync, gzipSync } from 'node:zlib'
import { writeTarball } from '../../src/plugin/archive/write-tarball.js'

export const file = (name: string, text = '') => ({ name, bytes: Buffer.from(text), executable: false })

/** An archive whose first member is of this type (`2` is a symbolic link), named so, and led so. */
export function forged(name: string, type: string, linkName = ''): Buffer {
  const tar = gunzipSync(writeTarball([file('package/x', 'text'), file('package/package.json', '{}')]))
  const header = tar.subarray(0, 512)
  header.fill(0, 0, 100).write(name, 0, 'latin1')
  header.write(type, 156)
  header.write(linkName, 157)
  checked(header)
  return gzipSync(tar)
}

/** An archive whose first member says that it is so long. */
export function saying(size: string): Buffer {
  const tar = gunzipSync(writeTarball([file('package/package.json', '{}')]))
  tar.write(size, 124, 'latin1')
  checked(tar.subarray(0, 512))
  return gzipSync(tar)
}

function checked(header: Buffer): void {
  header.write('        ', 148)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
}
