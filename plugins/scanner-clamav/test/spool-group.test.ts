/** A clamd that runs as another user than the gateway, as Debian's does. */
import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { download, startTestGateway, startWebOrigin, temporaryFolder, until } from '@fsigk/testing'
import { startClamd } from './kit/clamd.js'
import { marker } from './kit/samples.js'

const CLAMD_USER = 'clamav'
const bytes = (text: string) => Buffer.concat([Buffer.alloc(500_000, `${text} `), marker])
const pages = { '/one.iso': bytes('one'), '/two.iso': bytes('two'), '/three.iso': bytes('three') }

/** A spool folder to be made in a place where everybody may pass. */
async function spoolPlace() {
  const place = await temporaryFolder('spool')
  await chmod(place.path, 0o711)
  return { tmpdir: join(place.path, 'spool'), [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() }
}

describe('ClamAV as another user', {
  skip: process.getuid?.() !== 0 && 'needs root, to run clamd as another user',
}, () => {
  test('reads files by their path when its group may read the spool, and is sent them when it may not [SCAN-02]', async () => {
    await using clamd = await startClamd({ User: CLAMD_USER })
    await using origin = await startWebOrigin(pages)
    await using place = await spoolPlace()
    const { tmpdir } = place
    await using gateway = await startTestGateway({
      settings: {
        'plugins.scanners': 'scanner-clamav',
        'scanner_clamav.servers': clamd.socket,
        'common.tmpdir': tmpdir,
        'common.spool_group': CLAMD_USER,
      },
    })
    const found = async () => (await clamd.log()).filter((line) => line.includes('Marker.Test'))

    assert.equal((await stat(tmpdir)).mode & 0o7777, 0o2750)
    assert.equal((await download(gateway, `${origin.url}/one.iso`)).status, 403)
    await until('clamd tells what it found', async () => (await found()).length === 1)
    assert.match((await found())[0] ?? '', /\/spool\/proxytmp-[^/]+: Marker\.Test/)

    await gateway.set({ 'common.spool_group': '' })
    assert.equal((await stat(tmpdir)).mode & 0o7777, 0o700)
    assert.equal((await download(gateway, `${origin.url}/two.iso`)).status, 403)
    await until('clamd tells what it found', async () => (await found()).length === 2)
    assert.match((await found())[1] ?? '', /instream/i)

    await gateway.set({ 'common.spool_group': CLAMD_USER })
    assert.equal((await download(gateway, `${origin.url}/three.iso`)).status, 403)
    await until('clamd tells what it found', async () => (await found()).length === 3)
    assert.match((await found())[2] ?? '', /\/spool\/proxytmp-/)
    await until('nothing is left', async () => (await readdir(tmpdir)).length === 0)
  })

  test('a folder above the spool that lets nobody through costs no verdict [SCAN-02]', async () => {
    await using clamd = await startClamd({ User: CLAMD_USER })
    await using origin = await startWebOrigin(pages)
    await using place = await spoolPlace()
    const closed = `${place.tmpdir}-closed`
    await mkdir(closed, { mode: 0o700 })
    await using gateway = await startTestGateway({
      settings: {
        'plugins.scanners': 'scanner-clamav',
        'scanner_clamav.servers': clamd.socket,
        'common.tmpdir': join(closed, 'spool'),
        'common.spool_group': CLAMD_USER,
      },
    })
    assert.equal((await download(gateway, `${origin.url}/one.iso`)).status, 403)
    assert.ok((await clamd.log()).some((line) => /instream/i.test(line) && line.includes('Marker.Test')))
  })

  test('a group that the system does not know keeps the settings from being in force, and is named', async () => {
    await using gateway = await startTestGateway()
    await assert.rejects(
      gateway.set({ 'common.spool_group': 'nobody-is-in-it' }),
      /'nobody-is-in-it' \(common\.spool_group\)/,
    )
  })
})
