import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** A mail server on loopback that takes everything, and gives what arrived with its text decoded. */
export async function startMailReceiver() {
  const texts: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    void converse(socket, texts).catch(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    received: async () => texts.join('\n'),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function converse(socket: Socket, texts: string[]): Promise<void> {
  socket.write('220 mx.test\r\n')
  let data: string[] | undefined
  for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (data !== undefined && line !== '.') data.push(line)
    else if (data !== undefined) {
      texts.push(Buffer.from(data.slice(data.indexOf('')).join(''), 'base64').toString())
      data = undefined
      socket.write('250 kept\r\n')
    } else if (line === 'DATA') {
      data = []
      socket.write('354 go on\r\n')
    } else if (line === 'QUIT') {
      socket.end('221 bye\r\n')
      return
    } else socket.write('250 ok\r\n')
  }
}
