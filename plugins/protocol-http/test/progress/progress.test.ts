import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Transfer } from '@fsigk/plugin-api'
import { Fields } from '../../src/message/fields.js'
import { NO_BODY } from '../../src/message/framing.js'
import type { RequestHead } from '../../src/message/request-head.js'
import { simpleResponse } from '../../src/message/response-head.js'
import { ticketRequest } from '../../src/progress/answer-ticket.js'
import { type DownloadFacts, factsText, readFacts } from '../../src/progress/facts.js'
import { isOffered } from '../../src/progress/offer.js'
import { languageOf, progressPage, readyPage } from '../../src/progress/pages.js'

const TICKET = 'A-b_'.repeat(6)

function request(url: string, fields: Readonly<Record<string, string>> = {}, method = 'GET'): RequestHead {
  const head = new Fields()
  for (const [name, value] of Object.entries(fields)) head.add(name, value)
  return { method, url, version: '1.1', fields: head, framing: NO_BODY }
}

const facts: DownloadFacts = {
  is: 'refused',
  peer: '192.0.2.1',
  site: 'site.example',
  url: 'http://site.example/file',
  name: 'file',
  bytes: 5,
  lifetime: 300,
}

describe('who is offered a page', () => {
  const browser = { 'User-Agent': 'Mozilla/5.0', Accept: 'text/html,*/*;q=0.8' }
  const body = (async function* () {})()
  const transfer: Transfer = {
    direction: 'download',
    release: { mode: 'held' },
    body,
    bytes: undefined,
    name: 'file',
    type: 'application/zip',
    codings: [],
    partial: false,
  }
  const offered = (fields: Readonly<Record<string, string>>, changes: Partial<Transfer> = {}, method = 'GET') =>
    isOffered(request('http://x/', fields, method), simpleResponse(), { ...transfer, ...changes })

  test('a browser that follows a link to something long', () => {
    assert.ok(offered(browser))
    assert.ok(offered({ ...browser, 'Sec-Fetch-Dest': 'document' }, { bytes: 1_000_000 }))
  })

  for (const [what, is] of [
    ['a program', offered({ ...browser, 'User-Agent': 'curl/8' })],
    ['a picture in a page', offered({ ...browser, 'Sec-Fetch-Dest': 'image' })],
    ['a script', offered({ ...browser, 'X-Requested-With': 'XMLHttpRequest' })],
    ['what asks for anything', offered({ ...browser, Accept: '*/*' })],
    ['a part', offered({ ...browser, Range: 'bytes=5-' })],
    ['a prefetch', offered({ ...browser, 'Sec-Purpose': 'prefetch' })],
    ['a form', offered(browser, {}, 'POST')],
    ['a page', offered(browser, { type: 'Text/HTML; charset=utf-8' })],
    ['a document of some kind of XML', offered(browser, { type: 'application/x+xml' })],
    ['what may be a page', offered(browser, { type: '' }) || offered(browser, { type: 'text/plain, text/html' })],
    ['what is short', offered(browser, { bytes: 65_536 })],
    ['what flows unscanned', offered(browser, { release: { mode: 'live', because: 'skipped' } })],
    ['part of a file', offered(browser, { partial: 'allowed' })],
  ] as const)
    test(`but not ${what}`, () => assert.equal(is, false))
})

test('a ticket is known by its path below any host, and nothing else is', () => {
  assert.deepEqual(ticketRequest(request(`http://a.example:81/.fsigk/${TICKET}`)), { ticket: TICKET, wants: 'page' })
  assert.deepEqual(ticketRequest(request(`/.fsigk/${TICKET}/a%20b.zip`)), { ticket: TICKET, wants: 'file' })
  for (const url of [
    'http://a/',
    `http://a/x/.fsigk/${TICKET}`,
    `http://a/.fsigk/${TICKET}x`,
    `http://a/.fsigk/${TICKET}/a/b`,
    `http://a/?/.fsigk/${TICKET}`,
  ])
    assert.equal(ticketRequest(request(url)), undefined, url)
})

test('facts come back as they were told; what does not fit is left out', () => {
  const told = { ...facts, fields: [['ETag', '"x"']] as [string, string][], status: 403, page: '<p>ウイルス</p>' }
  assert.deepEqual(readFacts(factsText(told)), told)
  const large = readFacts(factsText({ ...told, page: 'ウ'.repeat(6_000) }))
  assert.deepEqual([large.page, large.fields, large.status], [undefined, told.fields, 403])
  const largest = factsText({ ...told, fields: [['ETag', 'x'.repeat(16_000)]], url: `http://a/${'u'.repeat(9_000)}` })
  assert.ok(Buffer.byteLength(largest) < 16_384)
  assert.equal(readFacts(largest).fields, undefined)
  assert.throws(() => readFacts('{"is":"ready"}'))
})

test('pages are in the language that the browser prefers of ours, and escape what came from outside', () => {
  assert.deepEqual(['ja', 'en-US,en;q=0.9,ja;q=0.8', 'fr, ja;q=0.5, en;q=0.1', 'fr', undefined].map(languageOf), [
    'ja',
    'en',
    'ja',
    'en',
    'en',
  ])
  const name = `"'><script>&\ud800.zip`
  for (const page of [
    progressPage('en', TICKET, { is: 'scanning', bytes: 5, total: 10, name }),
    readyPage('ja', TICKET, { ...facts, name }),
  ]) {
    assert.ok(!page.includes('<script'))
    assert.ok(page.includes('&quot;&#39;&gt;&lt;script&gt;&amp;'))
  }
})
