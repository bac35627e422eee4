/** The embedded engine at work in a whole gateway: signatures of the site, their renewal, and a large file. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, rename, statfs, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startTestGateway, startWebOrigin, type TestGateway, temporaryFolder } from '@fsigk/testing'

const MEBIBYTE = Buffer.alloc(1024 ** 2, 'nothing to see here, move along. ')
/** A little more than 2^31 bytes. */
const MARKED_MEBIBYTES = 2050
const LIMIT_MS = 60_000

/** The status that a client of the proxy gets, the body thrown away. */
async function statusOf(gateway: TestGateway, url: string): Promise<number | undefined> {
  const request = get({ ...gateway.http, path: url, agent: false, headers: { Host: new URL(url).host } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  return response.statusCode
}

async function until(gateway: TestGateway, url: string, status: number): Promise<void> {
  const deadline = Date.now() + LIMIT_MS
  while ((await statusOf(gateway, url)) !== status) {
    assert.ok(Date.now() < deadline, `${url} is not answered ${status}`)
    await delay(20)
  }
}

/** A new version of a signature file, whole from the first moment. */
async function putSignatures(home: string, text: string): Promise<void> {
  const folder = join(home, 'databases/signatures')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'site.new'), text)
  await rename(join(folder, 'site.new'), join(folder, 'site.sig'))
}

describe('the embedded engine in a gateway', () => {
  test('signatures of the site detect from the start, and others after SIGHUP without a restart [SCAN-03]', async () => {
    await using home = await temporaryFolder()
    await putSignatures(home.path, 'Site.First:literal:"the first mark"\nbroken line\n')
    await using gateway = await startTestGateway({ home: home.path })
    await using origin = await startWebOrigin({ '/first': 'has the first mark', '/second': 'has the second mark' })

    assert.equal(await statusOf(gateway, `${origin.url}/first`), 403)
    assert.equal(await statusOf(gateway, `${origin.url}/second`), 200)
    assert.match(await gateway.line('http', 'detect', '/first'), /Site\.First/)

    const workers = await gateway.workers('http')
    await putSignatures(home.path, 'Site.Second:literal:"the second mark"\n')
    gateway.process.kill('SIGHUP')
    await until(gateway, `${origin.url}/second`, 403)
    assert.equal(await statusOf(gateway, `${origin.url}/first`), 200)
    assert.deepEqual(await gateway.workers('http'), workers)
  })

  test('a mark behind 2 GB is found [SCAN-12]', async (t) => {
    await using home = await temporaryFolder()
    const { bavail, bsize } = await statfs(home.path)
    if (bavail * bsize < 2 * MARKED_MEBIBYTES * MEBIBYTE.length) return t.skip('there is no room for so large a file')
    await putSignatures(home.path, 'Site.Last:literal:"the last mark"\nSite.Other:literal:"another mark, not there"\n')
    await using gateway = await startTestGateway({ home: home.path })
    await using origin = await startWebOrigin({
      '/large': async (_request, response) => {
        for (let sent = 0; sent < MARKED_MEBIBYTES; sent++) {
          if (!response.write(MEBIBYTE)) await once(response, 'drain')
        }
        response.end('the last mark')
      },
    })
    assert.equal(await statusOf(gateway, `${origin.url}/large`), 403)
    assert.match(await gateway.line('http', 'detect', '/large'), /Site\.Last/)
  })
})
