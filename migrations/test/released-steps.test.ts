import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { settingsSteps } from '../src/settings/steps.js'

const packageFolder = new URL('../../', import.meta.url)
const stepsFolder = new URL('src/settings/', packageFolder)

test('a released step is never edited', async () => {
  const released: Record<string, string> = JSON.parse(await readFile(new URL('released.json', packageFolder), 'utf8'))
  for (const [name, digest] of Object.entries(released)) {
    const text = await readFile(new URL(name, stepsFolder))
    assert.equal(hash('sha256', text), digest, `${name} has been released; correct it by another step`)
  }
})

test('steps stand in files that are numbered by the schema they lead to', async () => {
  const numbers = (await readdir(stepsFolder))
    .map((name) => /^(\d{3})-[a-z0-9-]+\.ts$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
  assert.deepEqual(
    numbers.sort(),
    settingsSteps.map(({ from }) => String(from + 1).padStart(3, '0')),
  )
})
