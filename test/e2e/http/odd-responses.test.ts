/** The corpus of odd responses, through the running gateway, to a reader more lenient than any browser. */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  exchange,
  startTestGateway,
  type TemporaryFolder,
  type TestGateway,
  temporaryFolder,
  type Upstream,
} from '@fsigk/testing'
import { oddResponses } from '../../corpus/index.js'
import { reaches } from '../../corpus/lenient-reader.js'
import { startOddOrigin } from '../../peers/odd-origin.js'
import { EICAR } from '../../peers/samples.js'

/** As long as EICAR, and as little like anything else. */
const HARMLESS = Buffer.from('Y6P!-a-harmless-text-of-sixty-eight-bytes-that-no-scanner-minds-$H+H')

/** A corpus of fewer tricks would prove less. */
const AT_LEAST = 300

const IN_PARALLEL = 24

/** Data behind something that is no data of its coding, and a fifth coding on top of four. */
const beyondReaders: ReadonlySet<string> = new Set([
  'five codings',
  ...['gzip', 'zlib', 'raw deflate', 'br', 'zstd'].flatMap((name) => [
    `${name} with a line end before it`,
    `${name} with a byte order mark before it`,
  ]),
  'gzip with a member with a wrong checksum before it',
  'gzip with zeros between its members',
  'br before gzip',
  'zstd before gzip',
])

/** What the gateway says itself is in no coding. */
function isOwnPage(heard: Buffer): boolean {
  const text = heard.toString('latin1')
  return /^HTTP\/1\.1 (403|502|503) /.test(text) && text.includes('<html lang="en"')
}

describe('HTTP: odd responses', () => {
  let home: TemporaryFolder
  let gateway: TestGateway
  let origin: Upstream
  before(async () => {
    home = await temporaryFolder()
    // EICAR's own signature counts at the beginning of a file alone; ours anywhere, so that cuts and joints count too.
    const folder = join(home.path, 'databases', 'signatures')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'anywhere.sig'), `EICAR-Anywhere:literal:${EICAR.toString('hex')}\n`)
    gateway = await startTestGateway({ home: home.path })
    origin = await startOddOrigin({ virus: EICAR, harmless: HARMLESS })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  /** What a client hears to each response of the corpus, in their order. */
  async function hearAll(payload: 'virus' | 'harmless'): Promise<readonly Buffer[]> {
    const heard: Buffer[] = []
    const next = oddResponses.keys()
    const work = async () => {
      for (const number of next) {
        const url = `http://${origin.host}:${origin.port}/${payload}/${number}`
        const request = `GET ${url} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nConnection: close\r\n\r\n`
        heard[number] = Buffer.from(await exchange(gateway.http, request), 'latin1')
      }
    }
    await Promise.all(Array.from({ length: IN_PARALLEL }, work))
    return heard
  }

  /** What the reader makes of each: those in which it finds the payload. */
  function reached(heard: readonly Buffer[], payload: Buffer): readonly string[] {
    return oddResponses
      .filter(({ isFile }, number) => {
        const bytes = heard[number] ?? Buffer.alloc(0)
        return reaches(bytes, payload, isFile !== true && !isOwnPage(bytes))
      })
      .map(({ says }) => says)
  }

  test(`the corpus holds ${oddResponses.length} responses, no two alike`, () => {
    assert.ok(oddResponses.length >= AT_LEAST)
    assert.equal(new Set(oddResponses.map(({ says }) => says)).size, oddResponses.length)
  })

  test('no client that would decode the virus gets it, by any trick [HTTP-07, HTTP-35]', async () => {
    assert.deepEqual(reached(await hearAll('virus'), EICAR), [])
  })

  test('nor when undecodable content may pass, but by resynchronising where every known reader gives up', async () => {
    await gateway.set({ 'http.block_undecodable': false })
    const found = reached(await hearAll('virus'), EICAR)
    await gateway.set({ 'http.block_undecodable': true })
    assert.deepEqual(
      found.filter((says) => !beyondReaders.has(says)),
      [],
    )
  })

  test('what is as the RFCs have it passes when it is harmless, and tricks do where their readings are known [HTTP-07]', async () => {
    const heard = await hearAll('harmless')
    const passed = new Set(reached(heard, HARMLESS))
    const valid = oddResponses.filter(({ isValid }) => isValid === true)
    assert.ok(valid.length > 150)
    assert.deepEqual(
      valid.filter(({ says }) => !passed.has(says)).map(({ says }) => says),
      [],
    )
  })
})
