import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '@fsigk/testing'
import { JsonFile } from '../src/json-file.js'

function recorded() {
  const events: string[] = []
  return {
    events,
    failing: (path: string) => void events.push(`failing ${path}`),
    recovered: (_: string, lost: number) => void events.push(`recovered, lost ${lost}`),
  }
}

test('a rotated file is followed by reopen, and no line is lost', async () => {
  await using folder = await temporaryFolder('json')
  const path = join(folder.path, 'http/access.json')
  const file = new JsonFile(path, recorded())
  file.append('1\n')
  await rename(path, `${path}.1`)
  file.append('2\n')
  file.reopen()
  file.append('3\n')
  file.close()
  const [moved, next] = [await readFile(`${path}.1`, 'utf8'), await readFile(path, 'utf8')]
  assert.equal(moved + next, '1\n2\n3\n')
  assert.ok(moved.startsWith('1\n') && next.endsWith('3\n'))
})

test('what cannot be written waits, is told once, and comes when it can', async () => {
  await using folder = await temporaryFolder('json')
  const path = join(folder.path, 'access.json')
  await mkdir(path)
  const told = recorded()
  const file = new JsonFile(path, told)
  file.append('1\n')
  file.append('2\n')
  await rmdir(path)
  file.append('3\n')
  file.close()
  assert.deepEqual(told.events, [`failing ${path}`, 'recovered, lost 0'])
  assert.equal(await readFile(path, 'utf8'), '1\n2\n3\n')
})

test('beyond 4 MiB waiting lines are counted, not kept', async () => {
  await using folder = await temporaryFolder('json')
  const path = join(folder.path, 'access.json')
  await mkdir(path)
  const told = recorded()
  const file = new JsonFile(path, told)
  const line = `${'x'.repeat(1024 * 1024 - 1)}\n`
  for (let at = 0; at < 7; at += 1) file.append(line)
  await rmdir(path)
  file.flush()
  file.close()
  assert.deepEqual(told.events, [`failing ${path}`, 'recovered, lost 3'])
  await rm(path)
})

test('a named pipe nobody reads is no reason to wait', async () => {
  await using folder = await temporaryFolder('json')
  const path = join(folder.path, 'access.json')
  execFileSync('mkfifo', [path])
  const told = recorded()
  const file = new JsonFile(path, told)
  file.append('1\n')
  assert.deepEqual(told.events, [`failing ${path}`])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  file.append('2\n')
  const bytes = Buffer.alloc(64)
  assert.equal(bytes.toString('latin1', 0, readSync(reader, bytes)), '1\n2\n')
  file.close()
  closeSync(reader)
})
