/** Hands bytes on between two connections, and does nothing else. A program: port, port of the server. */
import { connect, createServer } from 'node:net'

const [, , port, server] = process.argv

createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  const upstream = connect({ port: Number(server), host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  socket.pipe(upstream).pipe(socket)
  for (const each of [socket, upstream])
    each.on('error', () => {
      socket.destroy()
      upstream.destroy()
    })
}).listen(Number(port), '127.0.0.1', 4096)
