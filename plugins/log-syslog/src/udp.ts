/** Syslog over UDP (RFC 5426): one message a datagram. Nobody tells whether it arrived. */
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { fail } from './errors.js'
import type { Link, Transport } from './outbox.js'

export function udpTransport(host: string, port: number): Transport {
  const target = `udp://${host}:${port}`
  return {
    target,
    async connect(signal): Promise<Link> {
      const { address, family } = await lookup(host).catch((cause: Error) => {
        throw fail('FSIGK_SYSLOG_UNREACHABLE', [target, cause.message], { cause })
      })
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
      let broken: Error | undefined
      // What the network says of an earlier datagram (connection refused) is met at the next one.
      socket.on('error', (error) => {
        broken = error
      })
      socket.connect(port, address)
      try {
        await once(socket, 'connect', { signal })
      } catch (cause) {
        socket.close()
        throw fail('FSIGK_SYSLOG_UNREACHABLE', [target, (cause as Error).message], { cause })
      }
      return {
        atOnce: 1,
        async send(messages) {
          if (broken !== undefined) throw fail('FSIGK_SYSLOG_UNREACHABLE', [target, broken.message], { cause: broken })
          for (const message of messages) await sendCut(socket, message)
        },
        close: () => socket.close(),
      }
    },
  }
}

/** What the network finds too long is cut. */
async function sendCut(socket: Socket, message: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.send(message, (error) => (error === null ? resolve() : reject(error)))
  try {
    await promise
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EMSGSIZE') throw error
    await sendCut(socket, message.subarray(0, message.length >> 1))
  }
}
