import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { describe, test } from 'node:test'
import { scannerThatFinds, startTestGateway, startWebOrigin, TEST_THREAT } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { obedientScanner, pluginState } from './kit.js'

/** A download that stops in its middle until it is told to go on. */
function halting(half: Buffer) {
  const begun = Promise.withResolvers<ServerResponse>()
  return {
    reply: (_: unknown, response: ServerResponse) => {
      response.setHeader('Content-Length', 2 * half.length)
      response.write(half)
      begun.resolve(response)
    },
    begun: begun.promise,
  }
}

describe('enabling and disabling plugins', () => {
  test('an enable, and the rollback that undoes it, lose no session and restart nothing [PLUG-05]', async () => {
    const half = Buffer.alloc(400_000, 'h')
    const [before, within, throughout] = [halting(half), halting(half), halting(half)]
    await using origin = await startWebOrigin({
      '/': 'anything',
      '/before': before.reply,
      '/within': within.reply,
      '/throughout': throughout.reply,
    })
    const harmless = obedientScanner('scanner-obedient', 'worker')
    await using gateway = await startTestGateway({ scanners: [harmless], plugins: [scannerThatFinds] })
    const pids = await gateway.workers('http')
    const first = curl(gateway, `${origin.url}/before`)
    const long = curl(gateway, `${origin.url}/throughout`)
    const [firstResponse, longResponse] = await Promise.all([before.begun, throughout.begun])

    await gateway.set({ 'plugins.scanners': `${harmless.id},${scannerThatFinds.id}` })
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 403, 'new sessions see the new scanner')
    assert.match(await gateway.line('http', 'detect', /./), new RegExp(encodeURIComponent(TEST_THREAT)))
    firstResponse.end(half)
    const { status, body } = await first
    assert.equal(status, 200, 'a session in flight keeps the scanners that it began with')
    assert.ok(body.equals(Buffer.concat([half, half])))
    const second = curl(gateway, `${origin.url}/within`)
    const secondResponse = await within.begun

    const { stdout } = await gateway.cli('config', 'rollback', '-1', '--json')
    assert.equal((JSON.parse(stdout) as { saved: boolean }).saved, true)
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200, 'the rollback took it away again')
    assert.equal((await pluginState(gateway, scannerThatFinds.id))?.state, 'unused')
    secondResponse.end(half)
    assert.equal((await second).status, 403, 'one that began with the scanner is still looked at by it')

    longResponse.end(half)
    const undisturbed = await long
    assert.deepEqual([undisturbed.code, undisturbed.status], [0, 200])
    assert.ok(undisturbed.body.equals(Buffer.concat([half, half])))
    assert.deepEqual(await gateway.workers('http'), pids, 'the same workers serve')
  })
})
