import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { describe, test } from 'node:test'
import { scannerThatFinds, startTestGateway, startWebOrigin, TEST_THREAT } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { obedientScanner, pluginState } from './kit.js'

describe('enabling and disabling plugins', () => {
  test('an enable, and the rollback that undoes it, lose no session and restart nothing [PLUG-05]', async () => {
    const half = Buffer.alloc(400_000, 'h')
    const begun = Promise.withResolvers<ServerResponse>()
    await using origin = await startWebOrigin({
      '/': 'anything',
      '/long': (_, response) => {
        response.setHeader('Content-Length', 2 * half.length)
        response.write(half)
        begun.resolve(response)
      },
    })
    const harmless = obedientScanner('scanner-obedient', 'worker')
    await using gateway = await startTestGateway({ scanners: [harmless], plugins: [scannerThatFinds] })
    const pids = await gateway.workers('http')
    const long = curl(gateway, `${origin.url}/long`)
    const response = await begun.promise

    await gateway.set({ 'plugins.scanners': `${harmless.id},${scannerThatFinds.id}` })
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 403, 'new sessions see the new scanner')
    assert.match(await gateway.line('http', 'detect', /./), new RegExp(encodeURIComponent(TEST_THREAT)))
    const { stdout } = await gateway.cli('config', 'rollback', '-1', '--json')
    assert.equal((JSON.parse(stdout) as { saved: boolean }).saved, true)
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200, 'the rollback took it away again')
    assert.equal((await pluginState(gateway, scannerThatFinds.id))?.state, 'unused')

    response.end(half)
    const { status, body } = await long
    assert.equal(status, 200, 'the session in flight kept the scanners that it began with')
    assert.ok(body.equals(Buffer.concat([half, half])))
    assert.deepEqual(await gateway.workers('http'), pids, 'the same workers serve')
  })
})
