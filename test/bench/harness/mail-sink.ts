/** A mail server that takes all that it is given, and keeps none of it. A program: port. */
import { createServer, type Socket } from 'node:net'
import { KEPT } from './mail-message.js'

const END = Buffer.from('\r\n.\r\n')

const [, , port] = process.argv

createServer({ noDelay: true }, serve).listen(Number(port), '127.0.0.1', 4096)

function serve(socket: Socket): void {
  let isMessage = false
  let tail: Buffer = Buffer.alloc(0)
  let line = ''
  socket.on('error', () => socket.destroy())
  socket.write('220 sink.test ESMTP\r\n')
  socket.on('data', (bytes) => {
    if (isMessage) {
      const end = Buffer.concat([tail, bytes.subarray(-END.length)]).subarray(-END.length)
      tail = end
      if (!end.equals(END)) return
      isMessage = false
      socket.write(`${KEPT}\r\n`)
      return
    }
    line += bytes.toString('latin1')
    for (let at = line.indexOf('\r\n'); at !== -1; at = line.indexOf('\r\n')) {
      const command = line.slice(0, at)
      line = line.slice(at + 2)
      if (/^data$/i.test(command)) {
        isMessage = true
        tail = Buffer.alloc(0)
        socket.write('354 go on\r\n')
      } else if (/^quit$/i.test(command)) {
        socket.end('221 bye\r\n')
      } else {
        socket.write(/^ehlo/i.test(command) ? '250-sink.test\r\n250-8BITMIME\r\n250 SIZE\r\n' : '250 OK\r\n')
      }
    }
  })
}
