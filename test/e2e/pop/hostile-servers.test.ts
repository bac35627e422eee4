/** Servers that say what is no POP, or stop in the middle: nothing unscanned passes, and nothing looks whole that is not. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { parseLogLine, scannerThatFinds, scannerThatFindsNothing } from '@fsigk/testing'
import { CLEAN_MAIL } from '../../peers/mails.js'
import { type Address, PopClient, sayAll, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer, stuffed } from '../../peers/pop-server.js'

/** A server that answers these commands so. */
function odd(replies: Readonly<Record<string, string | ((socket: Socket) => void)>>) {
  return startPopServer({
    messages: [CLEAN_MAIL],
    answer: (command, socket) => {
      const reply = replies[command]
      if (typeof reply === 'string') socket.write(reply)
      else reply?.(socket)
      return reply !== undefined
    },
  })
}

/** Lengths of messages, so many that the system has just taken all it can of a client's when the end of some comes. */
const CLIENTS = 16
const FIRST_BYTES = 12_000_000
const STEP_BYTES = 100_000

/** Reads 4 KB in each turn, less than comes. */
class SlowClient {
  readonly socket: Socket
  #last = ''
  #news = Promise.withResolvers<void>()

  constructor({ host, port }: Address) {
    const buffer = Buffer.alloc(4096)
    this.socket = connect({
      host,
      port,
      onread: { buffer, callback: (count) => this.#read(buffer.toString('latin1', 0, count)) },
    })
  }

  /** Waits until this is the last that was heard. */
  async heard(end: string): Promise<void> {
    while (!this.#last.endsWith(end)) await this.#news.promise
  }

  #read(text: string): boolean {
    this.#last = (this.#last + text).slice(-100)
    this.#news.resolve()
    this.#news = Promise.withResolvers<void>()
    setImmediate(() => this.socket.resume())
    return false
  }
}

const GREETING = '+OK ready <1896.697170952@pop.test>\r\n'

const replies: readonly { readonly says: string; readonly reply: string; readonly heard: RegExp }[] = [
  { says: 'is none', reply: 'From: x\r\n', heard: /^-ERR \[SYS\/TEMP\] Illegal response from server\r\n$/ },
  {
    says: 'is two for whom LF ends a line',
    reply: '+OK\n+OK 9 octets\r\n',
    heard: /^-ERR \[SYS\/TEMP\] Illegal response/,
  },
  { says: 'asks for more outside of AUTH', reply: '+ go on\r\n', heard: /^-ERR \[SYS\/TEMP\] Illegal response/ },
  { says: 'has no end', reply: `+OK ${'x'.repeat(10_000)}`, heard: /^-ERR \[SYS\/TEMP\] Illegal response/ },
  {
    says: 'brings a message that nobody asked for',
    reply: `+OK\r\n${stuffed(CLEAN_MAIL).toString('latin1')}`,
    heard: /^\+OK\r\n-ERR \[SYS\/TEMP\] (Server sent what was not asked for|Illegal response from server)\r\n$/,
  },
]

describe('POP: servers that are broken or hostile', () => {
  test('a reply that is none ends the session, and what comes behind it goes to nobody [POP-03]', async () => {
    await using gateway = await startPopGateway(undefined, { scanners: [scannerThatFindsNothing] })
    for (const { says, reply, heard } of replies) {
      await using server = await odd({ NOOP: reply, XMSG: reply })
      for (const command of ['NOOP', 'XMSG']) {
        const all = await sayAll(gateway, `USER ann@127.0.0.1:${server.port}`, command, 'STAT', 'QUIT')
        const [, said = ''] = all.split(/starting\.\r\n\+OK\r\n/)
        assert.match(said, heard, `${command}: a reply that ${says}`)
        assert.ok(!all.includes('Subject:'))
      }
    }
  })

  test('a server that dies in RETR: -ERR before the verdict; once a message flows it is cut, without its end [POP-04]', async () => {
    const half = `+OK ${CLEAN_MAIL.length} octets\r\n${CLEAN_MAIL.slice(0, 300)}`
    await using server = await odd({ 'RETR 1': (socket) => socket.end(half) })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatFindsNothing] })
    assert.equal(
      await sayAll(gateway, 'RETR 1', 'STAT'),
      `${GREETING}-ERR [SYS/TEMP] Server closed connection while transaction.\r\n`,
    )
    const line = parseLogLine(await gateway.line('pop', 'access', 'INCOMPLETE'))
    assert.deepEqual([line.status, line.detection.result], [500, 'UNSCANNED'])
    await gateway.set({ 'pop.virus_check': false })
    using client = await PopClient.to(gateway)
    assert.match(await client.ask('RETR 1'), /^\+OK/)
    const heard = await client.closed
    assert.ok(!heard.endsWith('\r\n.\r\n'))
    assert.ok(!heard.slice(GREETING.length).includes('-ERR'), 'nothing that could be taken for a line of the message')
  })

  test('a list that is cut short is cut, and so is one of what a server can do [POP-03]', async () => {
    await using server = await odd({
      LIST: (socket) => socket.end('+OK\r\n1 100\r\n'),
      CAPA: (socket) => socket.end('+OK\r\nTOP\r\nUSER'),
    })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatFindsNothing] })
    for (const command of ['LIST', 'CAPA'])
      assert.doesNotMatch(await sayAll(gateway, command, 'QUIT'), /\r\n\.\r\n|QUIT/)
  })

  test('what a server says before it closes is heard by the client that waits', async () => {
    await using server = await odd({
      NOOP: (socket) => socket.end('+OK\r\n-ERR [SYS/PERM] logged out for inactivity\r\n'),
    })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatFindsNothing] })
    using client = await PopClient.to(gateway)
    client.send('NOOP\r\n')
    assert.equal(await client.closed, `${GREETING}+OK\r\n-ERR [SYS/PERM] logged out for inactivity\r\n`)
    await gateway.line('pop', 'info', 'Server closed connection while transaction.')
  })

  test('a server that leaves behind a long message is missed at once, however slowly the client took that', async () => {
    const filler = Buffer.alloc(FIRST_BYTES + CLIENTS * STEP_BYTES, 'a line of a large message\r\n')
    const servers: Socket[] = []
    await using server = await startPopServer({
      answer: (command, socket) => {
        const [, number] = /^RETR (\d+)$/.exec(command) ?? []
        if (number === undefined) return false
        servers.push(socket)
        const message = filler.subarray(0, FIRST_BYTES + Number(number) * STEP_BYTES)
        socket.write(Buffer.concat([Buffer.from('+OK\r\n'), message, Buffer.from('\r\n.\r\n')]))
        return true
      },
    })
    await using gateway = await startPopGateway(server, { scanners: [], settings: { 'pop.virus_check': false } })
    const address = await gateway.address('pop')
    const clients = Array.from({ length: CLIENTS }, () => new SlowClient(address))
    for (const [number, { socket }] of clients.entries())
      socket.write(`USER ${MAILBOX.user}\r\nPASS ${MAILBOX.password}\r\nRETR ${number}\r\n`)
    await Promise.all(clients.map((client) => client.heard('\r\n.\r\n')))
    for (const socket of servers) socket.end()
    await Promise.all(
      clients.map((client) => client.heard('-ERR [SYS/TEMP] Server closed connection while transaction.\r\n')),
    )
    for (const { socket } of clients) socket.destroy()
  })

  test('what stands behind the end of an infected message is not delivered with the notice [POP-04]', async () => {
    const reply = `+OK\r\n${stuffed(CLEAN_MAIL).toString('latin1')}+OK 9 octets\r\nsmuggled\r\n.\r\n`
    await using server = await odd({ 'RETR 1': reply })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatFinds] })
    const heard = await sayAll(gateway, 'RETR 1', 'RETR 2', 'QUIT')
    assert.match(heard, /X-Virus-Status: infected/)
    assert.ok(!heard.includes('smuggled'))
    assert.match(heard, /-ERR \[SYS\/TEMP\] Server sent what was not asked for\r\n$/)
  })
})
