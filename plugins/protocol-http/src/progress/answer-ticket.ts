/** Requests for the page of a long download, and for the file when it may pass; whichever worker makes the download. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Body, OutgoingBody } from '@fsigk/plugin-api'
import type { Channel } from '@fsigk/sockets'
import { type DeliverySource, deliver } from '../downloads/delivery.js'
import { names } from '../message/field-names.js'
import { Fields } from '../message/fields.js'
import type { RequestHead } from '../message/request-head.js'
import { responseText } from '../message/response-text.js'
import type { PeerRequest } from '../peer-request.js'
import { DEFERRED_STATUS, RETRY_AFTER_SECONDS } from '../replies.js'
import type { Downloads } from './downloads.js'
import type { DownloadFacts } from './facts.js'
import { endPage, languageOf, PAGE_FIELDS, PROGRESS_PATH, progressPage, readyPage, refreshField } from './pages.js'
import { siteOf } from './site.js'

const GONE_STATUS = 404
const FAILED_STATUS = 502
const READ_BYTES = 65_536

/** What a client asks for with a ticket. */
export interface TicketRequest {
  readonly ticket: string
  readonly wants: 'page' | 'file'
}

const TICKET = /^(?:http:\/\/[^/]*)?\/\.fsigk\/([\w-]{24})(\/[^/]*)?$/i

/** Undefined for what is not below our path. */
export function ticketRequest({ url }: RequestHead): TicketRequest | undefined {
  if (!url.includes(PROGRESS_PATH)) return undefined
  const [, ticket, file] = TICKET.exec(url) ?? []
  return ticket === undefined ? undefined : { ticket, wants: file === undefined ? 'page' : 'file' }
}

/** Answers it. Never throws for what a peer does. */
export async function answerTicket(
  request: PeerRequest,
  { ticket, wants }: TicketRequest,
  downloads: Downloads,
): Promise<void> {
  const { entry } = request.session
  const { method, fields, url } = request.head
  request.tell('PROGRESS')
  // A ticket must not be had from a log while it is good.
  entry.url = url.slice(0, url.indexOf(PROGRESS_PATH) + PROGRESS_PATH.length)
  const language = languageOf(fields.joined(names.acceptLanguage))
  const mayAsk = method === 'GET' || method === 'HEAD'
  const facts = mayAsk ? await downloads.find(ticket, request.connection.peer.address, siteOf(request.head)) : undefined
  if (request.channel.closed) return
  const say = (status: number, page: string, more = '') => {
    entry.contentType = 'text/html'
    request.send(request.page(status, page, PAGE_FIELDS + more))
  }
  if (facts === undefined) return say(GONE_STATUS, endPage(language, 'gone'))
  entry.url = facts.url
  switch (facts.is) {
    case 'receiving':
    case 'scanning':
      return say(200, progressPage(language, ticket, { ...facts, is: facts.is }), refreshField(ticket))
    case 'ready': {
      if (wants === 'page') return say(200, readyPage(language, ticket, facts))
      const file = await openFile(facts)
      return file === undefined ? say(GONE_STATUS, endPage(language, 'gone')) : await sendFile(request, facts, file)
    }
    case 'refused': {
      const status = facts.status ?? FAILED_STATUS
      const more = status === DEFERRED_STATUS ? `Retry-After: ${RETRY_AFTER_SECONDS}\r\n` : ''
      return say(status, facts.page ?? endPage(language, 'failed'), more)
    }
    case 'failed':
      return say(FAILED_STATUS, endPage(language, 'failed'))
  }
  facts.is satisfies never
}

/** Undefined when it is gone: its time may be over just now. */
async function openFile({ path, bytes }: DownloadFacts): Promise<FileHandle | undefined> {
  if (path === undefined) return undefined
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined)
  if (file === undefined) return undefined
  if ((await file.stat()).size === bytes) return file
  await file.close()
  return undefined
}

async function sendFile(request: PeerRequest, facts: DownloadFacts, file: FileHandle): Promise<void> {
  const { session } = request
  const source = sourceOf(facts)
  session.entry.status = 200
  session.entry.contentType = source.response.fields.first(names.contentType) ?? ''
  const body: OutgoingBody = {
    bytes: facts.bytes,
    memory: undefined,
    open: () => pieces(file, facts.bytes, request.channel),
  }
  try {
    if (request.head.method === 'HEAD') return sendHead(request, source)
    if (facts.unscanned === undefined) return await deliver(request, body, source)
    const release = { mode: 'live', because: 'skipped', detail: facts.unscanned } as const
    const { name, bytes } = facts
    const type = session.entry.contentType
    await session.inspect(
      { direction: 'download', release, body: pieces(file, bytes), bytes, name, type, codings: [], partial: false },
      async (outcome) => {
        if ('body' in outcome) await deliver(request, outcome.body, source)
      },
    )
  } catch (error) {
    session.entry.error ||= error instanceof Error ? error.message : String(error)
    request.kept = false
    request.channel.reset()
  } finally {
    await file.close()
  }
}

function sendHead(request: PeerRequest, { response }: DeliverySource): void {
  request.decideKeep(response.framing, true)
  request.progress = 'done'
  const { framing } = response
  const { kept: keep, direct, settings } = request
  request.channel.write(responseText(response, { framing, keep, direct, http10: settings.http10 }))
}

function sourceOf({ fields: kept = [], bytes }: DownloadFacts): DeliverySource {
  const fields = new Fields()
  for (const [name, value] of kept) fields.add(name, value)
  fields.add('Cache-Control', 'no-store')
  fields.add('X-Content-Type-Options', 'nosniff')
  return {
    response: { status: 200, reason: 'OK', version: '1.1', fields, framing: { kind: 'length', bytes } },
    trailers: () => undefined,
    atHand: () => true,
    requestIsWhole: () => true,
  }
}

/**
 * The file as it was when it was opened, though its name may be gone meanwhile.
 *
 * @param writer writes each piece before it asks for the next: it is read into the same buffer once the system has taken it.
 *   Without one each piece has a buffer of its own
 */
async function* pieces(file: FileHandle, bytes: number, writer?: Channel): Body {
  let buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
    if (writer?.isTaken !== true) buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  }
}
