// Small parts that commands use too: a face of its own, so that they load without the rest of the gateway.
export { makeFolder } from './make-folder.js'
export { normaliseAddress } from './net/address.js'
export { tryLockFile } from './net/posix.js'
