/** A POP3 server with one message, for whoever logs in. A program: port, size. */
import { createServer, type Socket } from 'node:net'
import { mailOf } from './mail-message.js'

const [, , port, bytes] = process.argv
const message = mailOf(Number(bytes))
const retrieved = Buffer.concat([Buffer.from(`+OK ${message.length} octets\r\n`), message, Buffer.from('.\r\n')])

createServer({ noDelay: true }, serve).listen(Number(port), '127.0.0.1', 4096)

function serve(socket: Socket): void {
  let text = ''
  socket.on('error', () => socket.destroy())
  socket.write('+OK ready\r\n')
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n')) {
      const command = text.slice(0, at).toUpperCase()
      text = text.slice(at + 2)
      if (command.startsWith('RETR')) socket.write(retrieved)
      else if (command === 'QUIT') socket.end('+OK bye\r\n')
      else socket.write('+OK\r\n')
    }
  })
}
