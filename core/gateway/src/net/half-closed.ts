/**
 * Peers that have closed their half, and may be waiting for what is still to be said. Node does not look any more at a socket
 * from which nothing can be read, so it would not notice that such a peer has gone: the kernel is asked.
 */
import type { Socket } from 'node:net'
import { isReset } from './tcp-facts.js'

const LOOK_EVERY_MS = 500

/**
 * After so long without a word the kernel asks whether anybody is there. The system of a peer that has gone altogether says
 * no once it has forgotten the connection, after a minute on Linux; a machine that is off says nothing.
 */
const PROBE_AFTER_MS = 5_000

/** Each with whether the kernel was told to ask. */
const watched = new Map<Socket, boolean>()
let timer: NodeJS.Timeout | undefined

/** Has the socket closed when its peer, who has closed his half, turns out to be gone. */
export function watchHalfClosed(socket: Socket): void {
  watched.set(socket, false)
  timer ??= setInterval(look, LOOK_EVERY_MS).unref()
}

/** To be called for every socket that has closed: most do so at once, and would be held until the next look. */
export function forgetHalfClosed(socket: Socket): void {
  watched.delete(socket)
}

function look(): void {
  for (const [socket, isProbed] of watched) {
    if (isReset(socket)) socket.destroy()
    else if (!isProbed) {
      socket.setKeepAlive(true, PROBE_AFTER_MS)
      watched.set(socket, true)
    }
  }
  if (watched.size > 0) return
  clearInterval(timer)
  timer = undefined
}
