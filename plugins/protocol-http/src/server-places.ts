const PLACES = Number(process.env.PLACES ?? 64)
const A_TURN = Number(process.env.A_TURN ?? 32)

interface Server {
  asked: number
  /** Let in since the last turn. */
  letIn: number
  readonly waiting: (() => void)[]
}

export class ServerPlaces {
  readonly #servers = new Map<string, Server>()
  readonly #crowded = new Set<Server>()

  enter(key: string): Promise<void> | undefined {
    let server = this.#servers.get(key)
    if (server === undefined) {
      server = { asked: 0, letIn: 0, waiting: [] }
      this.#servers.set(key, server)
    }
    if (server.asked < PLACES && server.waiting.length === 0) {
      server.asked++
      return undefined
    }
    const { waiting } = server
    if (this.#crowded.size === 0) setImmediate(() => this.#turn())
    this.#crowded.add(server)
    return new Promise((resolve) => waiting.push(resolve))
  }

  leave(key: string): void {
    const server = this.#servers.get(key)
    if (server === undefined) return
    server.asked--
    if (server.asked < PLACES) this.#letIn(server)
    if (server.asked === 0) this.#servers.delete(key)
  }

  #letIn(server: Server): void {
    const next = server.waiting.shift()
    if (next === undefined) return
    server.asked++
    server.letIn++
    next()
  }

  #turn(): void {
    for (const server of this.#crowded) {
      if (process.env.TRACE)
        process.stderr.write(`turn asked ${server.asked} waiting ${server.waiting.length} let in ${server.letIn}\n`)
      for (let more = server.letIn; more < A_TURN && server.waiting.length > 0; more++) this.#letIn(server)
      server.letIn = 0
      if (server.waiting.length === 0) this.#crowded.delete(server)
    }
    if (this.#crowded.size > 0) setImmediate(() => this.#turn())
  }
}
