import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { LogDestination } from '@fsigk/testing'

/** A small real log server that keeps what it is sent. */
export async function startDestination(): Promise<LogDestination & { readonly port: number; disconnect(): void }> {
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const disconnect = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port,
    settings: { host: '127.0.0.1', port },
    received: async () => Buffer.concat(chunks).toString(),
    disconnect,
    async [Symbol.asyncDispose]() {
      disconnect()
      server.close()
      await once(server, 'close')
    },
  }
}
