/** From accept to our greeting (guide 11.9): may the client come in, and is its server there? */
import { targetText } from '@fsigk/mail'
import type { Connection, Session } from '@fsigk/plugin-api'
import type { Sweeper } from '@fsigk/sockets'
import type { LogDraft } from './log-draft.js'
import { greeting, type OwnReply, ownReply } from './replies.js'
import { type Route, routeOf } from './route.js'
import type { SmtpSettings } from './settings.js'
import type { PeerChannel } from './transaction/transaction.js'
import { Upstream } from './upstream.js'

const READY = 220

export interface Opened {
  readonly upstream: Upstream
  readonly route: Route
}

/** Greets the client once its server has greeted us; else says why not, in place of a greeting. */
export async function open(
  connection: Connection,
  session: Session<SmtpSettings>,
  peer: PeerChannel,
  log: LogDraft,
  sweeper: Sweeper,
): Promise<Opened | undefined> {
  const { settings } = session
  const refuse = (says: OwnReply, detail = ''): undefined => {
    peer.write(ownReply(session, says, false, detail))
  }
  if (!session.access.allowed) {
    log.failed(session.access.message)
    return refuse('accessDenied')
  }
  const route = routeOf(session)
  const { target } = route
  const where = targetText(target)
  if (target.host === '') {
    const missing = `${route.targetSetting} names no server`
    log.failed(missing)
    return refuse('serverOpenError', `(${where}) errmsg=[${missing}]`)
  }
  const timeoutMs = settings.connect_timeout * 1000
  const dialled = await session.dial(target, { timeoutMs, exempt: 'local', signal: connection.signal })
  if (!dialled.reached) {
    log.failed(dialled.message)
    return refuse('serverOpenError', `(${where}) errmsg=[${dialled.message}]`)
  }
  const upstream = new Upstream(dialled.socket, target, sweeper, dialled)
  const reply = await upstream.reply(settings.idle_timeout * 1000)
  const code = typeof reply === 'string' ? 0 : reply.code
  if (code !== READY) {
    upstream.close()
    const detail = `(${where}). return code=${`${code}`.padStart(3, '0')}`
    log.refused('badGreeting', detail)
    return refuse('badGreeting', detail)
  }
  peer.write(greeting(session))
  return { upstream, route }
}
