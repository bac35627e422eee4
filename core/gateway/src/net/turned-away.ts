import type { Socket } from 'node:net'
import { closeGently } from './close-gently.js'

/** So many connections at once are told that there are too many of them; further ones are closed without a word. */
const MAX_TOLD = 64

/** Connections that are one too many of their address: they cost no slot, and for no more than a few at a time a descriptor. */
export class TurnedAway {
  #told = 0

  /** @param tell says so to a connection; it is closed then */
  constructor(private readonly tell: ((socket: Socket) => void) | undefined) {}

  async close(socket: Socket): Promise<void> {
    if (socket.destroyed) return
    if (this.#told >= MAX_TOLD) {
      socket.destroy()
      return
    }
    this.#told += 1
    this.tell?.(socket)
    await closeGently(socket)
    this.#told -= 1
  }
}
