import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that Linux hands out by itself, to listeners on port 0 and to connections (ip_local_port_range). */
const FROM = 10_000
const TO = 32_768

/**
 * A port of loopback that nobody listens on, for programs that cannot choose one themselves. Nobody gets it meanwhile but
 * by asking for that very port.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FROM, TO)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
