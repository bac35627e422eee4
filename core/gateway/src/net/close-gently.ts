import type { Socket } from 'node:net'

/** How long a peer may take to read the end of an answer and to close its side. */
const LINGER_MS = 2_000

/**
 * Ends a connection so that the peer gets all of what was written: sends what is pending and the FIN, then reads and
 * discards until the peer closes too, at most two seconds. Closing at once would answer unread bytes, the rest of a
 * refused upload say, by a reset, and a reset makes the peer's kernel throw away an answer that it has not read yet.
 *
 * @returns when the socket is closed; never rejects
 */
export function closeGently(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    // The conversation is over: whoever still listens for its bytes must not get more of them.
    socket.removeAllListeners('data')
    socket.removeAllListeners('readable')
    if (!socket.writableEnded) socket.end()
    socket.resume()
  })
}
