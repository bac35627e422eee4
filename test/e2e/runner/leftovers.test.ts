import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCommand, temporaryFolder } from '@fsigk/testing'
import { reasonForNoNetwork } from '../../peers/network.js'

const RUNNER = new URL('../../../runner/test-run.js', import.meta.url).href

/** Runs one test file, with what `npm test` runs it with. @returns what the runner printed */
async function runFile(file: string): Promise<string> {
  const script = `
    const { TestRun } = await import(${JSON.stringify(RUNNER)})
    const run = new TestRun(process.execPath)
    await run.run([${JSON.stringify(file)}], 1)
    run[Symbol.dispose]()`
  const { code, stdout, stderr } = await runCommand(process.execPath, ['--input-type=module', '-e', script], {
    env: { FSIGK_TEST_FILE: '' },
  })
  assert.equal(code, 0, stderr)
  return stdout
}

/** A test file that starts what this says, tells it by `tell`, and is killed. */
async function killedFile(folder: string, body: string): Promise<string> {
  const file = join(folder, 'killed.test.mjs')
  const told = JSON.stringify(join(folder, 'told'))
  await writeFile(
    file,
    `import { spawn, spawnSync } from 'node:child_process'
     import { writeFileSync } from 'node:fs'
     import { test } from 'node:test'
     const tell = (value) => writeFileSync(${told}, JSON.stringify(value))
     test('killed', async () => {
       ${body}
       process.kill(process.pid, 'SIGKILL')
       await new Promise(() => {})
     })`,
  )
  return file
}

const toldIn = async (folder: string) => JSON.parse(await readFile(join(folder, 'told'), 'utf8'))

test("processes that a killed test file started are ended, daemons and their children too; other people's are not", async () => {
  await using folder = await temporaryFolder('runner')
  const ours = spawn('sleep', ['1000'], { stdio: 'ignore' })
  const file = await killedFile(
    folder.path,
    `const daemon = spawn('sh', ['-c', 'env -i sleep 1000 & echo $!; wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
     const [line] = await new Promise((resolve) => daemon.stdout.on('data', (text) => resolve([String(text)])))
     tell([daemon.pid, Number(line)])`,
  )
  const printed = await runFile(file)
  const left = (await toldIn(folder.path)) as readonly number[]
  assert.equal(left.length, 2)
  for (const pid of left) {
    assert.match(printed, new RegExp(`^Left behind by a test file, and ended: process ${pid} \\(`, 'm'))
    // Ended is enough: whose child it became waits for it in its own time.
    assert.ok(!existsSync(`/proc/${pid}`) || /\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8')), `${pid}`)
  }
  assert.equal(ours.exitCode, null)
  ours.kill()
  await once(ours, 'exit')
})

test('network namespaces of a killed test file are removed', { skip: reasonForNoNetwork() }, async () => {
  await using folder = await temporaryFolder('runner')
  const name = `fsigk-${process.pid}-kept`
  spawnSync('ip', ['netns', 'add', name])
  try {
    await runFile(
      await killedFile(
        folder.path,
        "const name = `fsigk-${process.pid}-0-switch`\nspawnSync('ip', ['netns', 'add', name])\ntell(name)",
      ),
    )
    const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' })
    assert.equal(stdout.includes(await toldIn(folder.path)), false)
    assert.match(stdout, new RegExp(`^${name}\\b`, 'm'))
  } finally {
    spawnSync('ip', ['netns', 'del', name])
  }
})
