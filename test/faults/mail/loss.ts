/** Mails by several senders through a gateway while all that they go through is killed in turn. Says what went wrong, and how often. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, startTestGateway, temporaryFolder } from '@fsigk/testing'
import { startClamd } from '../../peers/clamd.js'
import { startPostfix } from '../../peers/postfix.js'
import { judge } from './judge.js'
import { Kills, type Victim } from './kills.js'
import { isInfected } from './messages.js'
import { sendAll } from './sender.js'

export interface LossOptions {
  readonly messages: number
  readonly senders: number
  /** From one kill to the next. */
  readonly everyMs: number
  /** Of each sender, between one message and the next. */
  readonly pauseMs: number
}

export interface LossReport {
  /** Each in words; empty when all is well. */
  readonly wrong: readonly string[]
  readonly kills: Readonly<Record<Victim, number>>
  readonly delivered: number
  readonly infected: number
  /** Messages that arrived more than once, because their sender could not know that they had arrived. */
  readonly repeated: number
  /** By the code of the reply, 0 for none. */
  readonly attempts: Readonly<Record<string, number>>
  readonly seconds: number
}

export async function sendWhileKilling(options: LossOptions): Promise<LossReport> {
  await using clamd = await startClamd()
  await using postfix = await startPostfix({ domains: ['inside.example'] })
  await using home = await temporaryFolder()
  const port = await freePort()
  const gatewayOptions = {
    home: home.path,
    settings: {
      'plugins.scanners': 'scanner-clamav',
      'scanner_clamav.servers': clamd.socket,
      'http.http_service': false,
      'smtp.smtp_service': true,
      'smtp.workers': 2,
      'smtp.svcport': `127.0.0.1:${port}`,
      'smtp.parent_server_host': postfix.host,
      'smtp.parent_server_port': postfix.port,
      'smtp.action': 'deny',
    },
  }
  const kills = new Kills(await startTestGateway(gatewayOptions), clamd, postfix, gatewayOptions)
  await using stack = new AsyncDisposableStack()
  stack.defer(() => kills.gateway[Symbol.asyncDispose]())
  const began = performance.now()
  const stop = new AbortController()
  const killing = kills.run(options.everyMs, stop.signal)
  const numbers = Array.from({ length: options.messages }, (_, number) => number)
  const sending = Array.from({ length: options.senders }, (_, sender) =>
    sendAll(
      { host: '127.0.0.1', port },
      numbers.filter((number) => number % options.senders === sender),
      options.pauseMs,
      kills.over,
    ),
  )
  const attempts = (await Promise.all(sending)).flat()
  const seconds = (performance.now() - began) / 1000
  stop.abort()
  await killing
  await postfix.delivered()
  const { wrong, repeated } = judge(options.messages, attempts, await postfix.mails(), kills)
  // What a killed worker held is gone when the next one serves, or when the supervisor begins again.
  const halves = (await readdir(join(home.path, 'tmp'), { recursive: true })).map(
    (name) => `${name} is left in the spool`,
  )
  const victims: readonly Victim[] = ['worker', 'scanner', 'server', 'supervisor']
  return {
    wrong: [...wrong, ...halves, ...kills.problems],
    repeated,
    kills: Object.fromEntries(victims.map((victim) => [victim, kills.count(victim)])) as Record<Victim, number>,
    delivered: numbers.filter((number) => !isInfected(number)).length,
    infected: numbers.filter(isInfected).length,
    attempts: Object.fromEntries(
      Map.groupBy(attempts, ({ code }) => `${code}`)
        .entries()
        .map(([code, { length }]) => [code, length]),
    ),
    seconds,
  }
}
