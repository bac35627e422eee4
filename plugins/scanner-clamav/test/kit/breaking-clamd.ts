/** What greets like a clamd, and breaks off once it is given a content in earnest. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from '@fsigk/testing'

/** Small enough to be asked in a greeting only, to find out what a clamd says and takes. */
const PROBE_BYTES = 64 * 1024

/** @param takesFiles contents as open files (FILDES); else they must be sent */
export async function startBreakingClamd(takesFiles: boolean): Promise<AsyncDisposable & { readonly socket: string }> {
  await using resources = new AsyncDisposableStack()
  const path = join(resources.use(await temporaryFolder('clamd')).path, 'clamd.sock')
  const sockets = new Set<Socket>()
  let files = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    let received = ''
    let asked = 0
    const reply = (text: string) => {
      received = ''
      asked += 1
      socket.write(`${asked}: ${text}\0`)
    }
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1').replace('zIDSESSION\0', '')
      if (received.startsWith('zVERSION')) reply('ClamAV 1.0.0/1/then')
      else if (received.startsWith('zPING')) reply('PONG')
      else if (received.startsWith('zFILDES')) {
        files += 1
        if (takesFiles && files === 1) reply('fd[9]: OK')
        else socket.destroy()
      } else if (received.length > PROBE_BYTES) socket.destroy()
      else if (received.endsWith('\0\0\0\0')) reply('stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND')
    })
  })
  server.listen(path)
  await once(server, 'listening')
  resources.defer(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  const owned = resources.move()
  return { socket: path, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
