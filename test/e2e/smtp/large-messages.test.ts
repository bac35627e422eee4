import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { scannerThatFindsNothing, startRawServer, until } from '@fsigk/testing'
import { beginMail, MAIL } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { startSmtpGateway } from './smtp-gateway.js'

const PIECE = Buffer.from(`${'a line of a large message'.repeat(3)}\r\n`.repeat(850))
const PIECES = 3_000

/** A server that counts what it is sent. It reads nothing of a message while it is told to wait. */
async function countingServer() {
  let isWaiting = false
  let bytes = 0
  const server = await startRawServer(async (socket) => {
    socket.write('220 counting.test\r\n')
    let inData = false
    let tail = Buffer.alloc(0)
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      while (isWaiting && inData) await once(process, 'go-on')
      if (inData) {
        bytes += chunk.length
        tail = Buffer.concat([tail, chunk.subarray(-5)]).subarray(-5)
        if (tail.toString() === '\r\n.\r\n') {
          socket.write('250 kept\r\n')
          inData = false
        }
        continue
      }
      inData = chunk.toString().includes('DATA\r\n')
      socket.write(inData ? '354 go on\r\n' : '250 ok\r\n')
    }
  })
  return Object.assign(server, {
    received: () => bytes,
    wait: () => {
      isWaiting = true
    },
    goOn: () => {
      isWaiting = false
      process.emit('go-on' as never)
    },
  })
}

/** The most memory that a process has had resident, in bytes. */
async function peakMemory(pid: number): Promise<number> {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

async function sendLarge(sender: SmtpClient): Promise<void> {
  sender.raw.send(MAIL)
  for (let piece = 0; piece < PIECES; piece++) {
    if (!sender.raw.socket.write(PIECE)) await once(sender.raw.socket, 'drain')
  }
  sender.raw.send('.\r\n')
}

/** Whether nothing leaves the client for a while. */
async function hasStopped({ raw: { socket } }: SmtpClient): Promise<boolean> {
  const before = socket.bytesWritten
  if (before === 0 || !socket.writableNeedDrain) return false
  await delay(500)
  return socket.bytesWritten === before
}

describe('SMTP: large messages', () => {
  for (const scanned of [true, false]) {
    test(`one of ${(PIECE.length * PIECES) >> 20} MiB ${scanned ? 'is held on disk' : 'flows on'}, and memory stays flat, though the server takes its time`, async () => {
      await using server = await countingServer()
      await using gateway = await startSmtpGateway(server, {
        scanners: [scannerThatFindsNothing],
        settings: { 'smtp.virus_check': scanned },
      })
      const [worker = 0] = await gateway.workers('smtp')
      using warm = await SmtpClient.to(gateway.smtp)
      await warm.say('EHLO client.test')
      const before = await peakMemory(worker)
      using sender = await SmtpClient.to(gateway.smtp)
      await sender.say('EHLO client.test')
      await beginMail(sender)
      if (!scanned) server.wait()
      const sending = sendLarge(sender)
      if (!scanned) {
        // Without backpressure all of it would leave the client while the server reads nothing.
        await until('the client is stopped', () => hasStopped(sender))
        assert.ok(sender.raw.socket.bytesWritten < (PIECE.length * PIECES) / 2)
        server.goOn()
      }
      await sending
      assert.equal(await sender.reply(), '250 kept')
      await until('all has come', async () => server.received() > PIECE.length * PIECES)
      const grown = (await peakMemory(worker)) - before
      assert.ok(grown < 130 * 1024 ** 2, `${grown >> 20} MiB more`)
    })
  }
})
