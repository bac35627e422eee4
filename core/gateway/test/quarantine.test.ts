import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type QuarantineFacts, quarantine } from '../src/quarantine.js'
import { Spool } from '../src/spool.js'
import { recognisable } from './kit/bodies.js'
import { noSmallDisk, smallDisk, temporaryFolder } from './kit/folders.js'

const facts: QuarantineFacts = {
  service: 'http',
  id: 'abc123',
  revision: 12,
  at: '2026-01-02T03:04:05.678Z',
  threats: ['Eicar'],
  action: 'DELETE',
  direction: 'download',
  url: 'http://site.example/../../etc/passwd',
  peerAddress: '192.0.2.1',
  fileName: '../../../../tmp/evil;$(touch x)\n.exe',
  contentType: 'application/octet-stream',
  codings: ['gzip'],
  bytes: 0,
  complete: true,
}

async function spoolOf(folder: string, body: Buffer): Promise<Spool> {
  const spool = new Spool({ path: folder }, facts.fileName, facts.contentType)
  await spool.write(body)
  await spool.finish()
  return spool
}

describe('quarantine', () => {
  for (const bytes of [0, 68, 400_000])
    test(`content of ${bytes} bytes is kept whole and private, under a name that owes nothing to it`, async () => {
      await using folder = await temporaryFolder()
      const body = recognisable(bytes)
      const spool = await spoolOf(folder.path, body)
      const place = join(folder.path, 'quarantine')
      const name = await quarantine(place, spool, { ...facts, bytes })
      await spool.release()
      assert.match(name, /^http-20260102T030405Z-[0-9a-f]{16}$/)
      assert.ok((await readFile(join(place, name))).equals(body))
      assert.equal((await stat(place)).mode & 0o777, 0o700)
      for (const file of [name, `${name}.json`]) assert.equal((await stat(join(place, file))).mode & 0o777, 0o600)
      assert.deepEqual(JSON.parse(await readFile(join(place, `${name}.json`), 'utf8')), { ...facts, bytes })
      assert.deepEqual(await folder.names(), ['quarantine'])
    })

  test('content on another file system is copied', { skip: noSmallDisk }, async () => {
    await using folder = await temporaryFolder()
    await using disk = await smallDisk(2000)
    const body = recognisable(500_000)
    const spool = await spoolOf(folder.path, body)
    const name = await quarantine(disk.path, spool, facts)
    await spool.release()
    assert.ok((await readFile(join(disk.path, name))).equals(body))
  })

  test('[SMTP-12] a mail is kept as a mailbox of one message, told with its envelope', async () => {
    await using folder = await temporaryFolder()
    const spool = await spoolOf(folder.path, Buffer.from('Subject: x\r\n\r\nFrom me\r\n'))
    const mail = { mailFrom: 'from@site.example', rcptTo: ['to@site.example'] }
    const name = await quarantine(folder.path, spool, { ...facts, mail })
    await spool.release()
    assert.equal(
      await readFile(join(folder.path, name), 'latin1'),
      'From from@site.example Fri Jan  2 03:04:05 2026\nSubject: x\n\n>From me\n\n',
    )
    assert.deepEqual(JSON.parse(await readFile(join(folder.path, `${name}.json`), 'utf8')).mail, mail)
  })

  test('on a full disk nothing half stays behind', { skip: noSmallDisk }, async () => {
    await using folder = await temporaryFolder()
    await using disk = await smallDisk(200)
    const spool = await spoolOf(folder.path, recognisable(500_000))
    await assert.rejects(quarantine(disk.path, spool, facts), { code: 'ENOSPC' })
    assert.deepEqual(await disk.names(), [])
    await spool.release()
  })
})
