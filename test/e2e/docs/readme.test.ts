/** The transcript of README.md, as a reader would copy it: each command is run, and prints what stands there. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestGateway, startWebOrigin } from '@fsigk/testing'
import { EICAR } from '../../peers/samples.js'
import { printsAsDocumented, runInShell, transcriptOf } from './transcript.js'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

describe('README.md', () => {
  test('its transcript works as it stands [CFG-07, CFG-09, CFG-12, CFG-16]', async () => {
    await using origin = await startWebOrigin({ '/eicar.com': EICAR, '/': 'a page' })
    await using gateway = await startTestGateway()
    const env = {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
      FSIGK_HOME: gateway.home,
      LANG: 'C',
      LC_ALL: 'C',
    }
    // The document's ports are those of a fresh install; the test's are free ones.
    const here = (text: string) =>
      text
        .replaceAll('127.0.0.1:9080', `127.0.0.1:${gateway.http.port}`)
        .replaceAll('http://site', origin.url)
        .replaceAll('.fsigk', gateway.home)
    const steps = await transcriptOf(join(root, 'README.md'))
    assert.ok(steps.length > 10)
    for (const { command, expected, line } of steps) {
      // A reader is slower than a log; a test may not be.
      if (command.includes('detect.log')) await gateway.line('http', 'detect', 'eicar.com')
      const printed = await runInShell(here(command), { cwd: root, env })
      assert.ok(
        printsAsDocumented(here(expected), printed),
        `README.md line ${line}: $ ${command}\nprints\n${printed}\nand not\n${expected}`,
      )
    }
  })
})

describe('a transcript', () => {
  for (const [expected, printed, so] of [
    ['r… saved\n', 'r12 saved\n', true],
    ['r… saved\n', 'r12\nsaved\n', false],
    ['one\n…\nlast\n', 'one\ntwo\nthree\nlast\n', true],
    ['one\n…\nlast\n', 'one\nlast\n', true],
    ['a.b\n', 'axb\n', false],
    ['', '', true],
    ['', 'something\n', false],
  ] as const)
    test(`that says '${expected.trim()}' ${so ? 'holds' : 'does not hold'} for '${printed.trim()}'`, () => {
      assert.equal(printsAsDocumented(expected, printed), so)
    })
})
