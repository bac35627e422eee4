import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { LAUNCHER, type TestHome, testHome } from './fsigk.js'

/** What bash offers once the script is in force. */
async function offered(home: TestHome, ...words: readonly string[]): Promise<readonly string[]> {
  const script = await home.expect(0, 'completion', 'bash')
  const file = join(dirname(home.path), 'completion.bash')
  await writeFile(file, script.stdout)
  const lines = [
    `source '${file}'`,
    'COMP_WORDS=("$@")',
    'COMP_CWORD=$(($# - 1))',
    '_fsigk',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ]
  const bash = spawn('bash', ['-c', lines.join('\n'), 'bash', LAUNCHER, ...words], {
    env: { ...process.env, FSIGK_HOME: home.path },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let printed = ''
  bash.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await once(bash, 'close')
  return printed.split('\n').filter((line) => line !== '')
}

describe('fsigk completion', () => {
  test('verbs, options and settings are completed, those of plugins too', async () => {
    await using home = await testHome()
    assert.deepEqual(await offered(home, 'sta'), ['status'])
    assert.ok((await offered(home, 'config', 'rol')).includes('rollback'))
    assert.ok((await offered(home, 'config', 'rollback', '--dr')).includes('--dry-run'))
    assert.deepEqual(await offered(home, 'config', 'get', 'http.svc'), ['http.svcport'])
    assert.deepEqual(await offered(home, 'config', 'set', 'http.svc'), ['http.svcport='])
    assert.deepEqual(await offered(home, 'compl'), ['completion'])
    assert.deepEqual(await offered(home, 'drill', 'engine-'), ['engine-down', 'engine-error'])
  })

  test('a shell that has none is an error', async () => {
    await using home = await testHome()
    const { stderr } = await home.expect(2, 'completion', 'tcsh')
    assert.match(stderr, /there is no completion for 'tcsh'/)
  })
})
