/** What curl makes of doubtful codings and framings, and what it is given instead. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { startTestGateway, type TestGateway, type Upstream } from '@fsigk/testing'
import { oddResponses } from '../../corpus/index.js'
import { curl } from '../../peers/curl.js'
import { startOddOrigin } from '../../peers/odd-origin.js'
import { EICAR } from '../../peers/samples.js'

const HARMLESS = Buffer.from('a harmless text, long enough to be worth a coding, a coding, a coding')

/** Of the corpus, what curl decodes. */
const decodes = [
  'gzip with a length',
  'gzip in chunks of one byte',
  'zlib until the connection ends',
  'raw deflate in chunks with extensions',
  'gzip in gzip, as a list',
  'gzip with a file name',
  'gzip by "gzip,"',
  'gzip by "identity, gzip"',
] as const

describe('HTTP: curl behind the gateway', () => {
  let gateway: TestGateway
  let origin: Upstream
  before(async () => {
    gateway = await startTestGateway()
    origin = await startOddOrigin({ virus: EICAR, harmless: HARMLESS })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  })
  const url = (payload: string, says: string) => {
    const number = oddResponses.findIndex(
      (response) => response.says === says || response.says.startsWith(`${says} of `),
    )
    assert.notEqual(number, -1, says)
    return `http://${origin.host}:${origin.port}/${payload}/${number}`
  }

  for (const says of decodes)
    test(`${says}: curl --compressed reads what is harmless, and gets no virus [HTTP-07]`, async () => {
      const { code, body } = await curl(gateway, '--compressed', url('harmless', says))
      assert.deepEqual([code, body.toString()], [0, HARMLESS.toString()])
      assert.equal((await curl(gateway, '--compressed', url('virus', says))).status, 403)
    })

  test('curl --raw gets the bytes as the server coded them [HTTP-06]', async () => {
    assert.deepEqual((await curl(gateway, '--raw', url('harmless', 'gzip with a length'))).body, gzipSync(HARMLESS))
    assert.deepEqual((await curl(gateway, url('harmless', 'zstd with a length'))).body, zstdCompressSync(HARMLESS))
    assert.equal((await curl(gateway, '--raw', url('virus', 'gzip with a length'))).status, 403)
  })

  test('curl --ignore-content-length and --http0.9 get no virus either [HTTP-07, HTTP-35]', async () => {
    for (const says of ['a length of "3"', 'a length twice, the second shorter', 'no head, and plain bytes'])
      for (const option of ['--ignore-content-length', '--http0.9']) {
        const { body } = await curl(gateway, option, url('virus', says))
        assert.ok(!body.includes(EICAR), `${option} ${says}`)
      }
  })

  test('a body that ends early is answered 502 and never looks whole [HTTP-06]', async () => {
    for (const says of ['a length of "999"', 'chunks with no last chunk', 'chunks with no end of the last chunk'])
      assert.equal((await curl(gateway, url('harmless', says))).status, 502, says)
  })
})
