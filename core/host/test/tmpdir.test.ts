import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { EchoGateway, temporaryPlace, until } from './echo-gateway.js'

test('with less than 5 MB in tmpdir a service is not switched on, says so, and starts when there is room', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('mounting a small file system needs root')
  await using place = await temporaryPlace()
  const small = join(place.home, 'small')
  await mkdir(small)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'none', small])
  try {
    await using echo = await EchoGateway.start({ place })
    await echo.set({ echo_service: 'no', 'common.tmpdir': small })
    const report = await echo.set({ echo_service: 'yes' })
    const message = `main:diskspace_check: not enough disk space in temporary directory [${small}].`
    assert.equal(report.services[0]?.because, message)
    assert.equal(echo.service.state, 'refused')
    await echo.line('error', `###ERROR### ${message}`)
    execFileSync('mount', ['-o', 'remount,size=16m', small])
    await until('the service', () => echo.service.state === 'running')
    const client = await echo.client()
    await client.greeting()
  } finally {
    execFileSync('umount', [small])
  }
})

test('spool files of a crash are removed at the start, other files are not', async () => {
  await using place = await temporaryPlace()
  const tmp = join(place.home, 'tmp')
  await mkdir(tmp, { recursive: true, mode: 0o700 })
  for (const name of ['proxytmp-1-x', 'letter']) await writeFile(join(tmp, name), '')
  await using _ = await EchoGateway.start({ place })
  assert.deepEqual(await readdir(tmp), ['letter'])
})
