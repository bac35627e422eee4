import type { Duplex } from 'node:stream'

/** Writes all of this in one go. @param head latin1. @returns whether there is room for more */
export function writeTogether(socket: Duplex, head: string, pieces: readonly Buffer[]): boolean {
  socket.cork()
  let hasRoom = head === '' || socket.write(head, 'latin1')
  for (const piece of pieces) hasRoom = socket.write(piece)
  socket.uncork()
  return hasRoom
}
