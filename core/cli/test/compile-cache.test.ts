import assert from 'node:assert/strict'
import { chmod, chown, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runCommand, temporaryFolder } from '@fsigk/testing'

const MODULE = new URL('../../bin/compile-cache.js', import.meta.url).href
const INHERITED = { NODE_COMPILE_CACHE: '' }
const NOBODY = 65_534

/** A process that uses a cache in this folder, if it may, and loads something. @returns what its children are told */
async function load(folder: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const script = `
    if (process.env.NODE_COMPILE_CACHE === '') delete process.env.NODE_COMPILE_CACHE
    const { useCompileCache } = await import(${JSON.stringify(MODULE)})
    useCompileCache(${JSON.stringify(folder)})
    await import(${JSON.stringify(new URL('../src/place.js', import.meta.url).href)})
    process.stdout.write(process.env.NODE_COMPILE_CACHE ?? 'none')`
  const { code, stdout, stderr } = await runCommand(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...INHERITED, ...env },
  })
  assert.equal(code, 0, stderr)
  return stdout
}

describe('compiled code is kept beside the program', () => {
  test('in a folder that nobody else can read or write, for children too', async () => {
    await using folder = await temporaryFolder('cache')
    const cache = join(folder.path, 'cache')
    assert.equal(await load(cache), cache)
    assert.equal((await stat(cache)).mode & 0o777, 0o700)
    const [version = ''] = await readdir(cache)
    assert.ok((await readdir(join(cache, version))).length > 0)
  })

  test("not in a folder that others may write, that is somebody else's, or that cannot be made", async () => {
    await using folder = await temporaryFolder('cache')
    const [open, link, strange] = ['open', 'link', 'strange'].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ]
    await mkdir(open)
    await chmod(open, 0o770)
    await mkdir(join(folder.path, 'elsewhere'), { mode: 0o700 })
    await symlink('elsewhere', link)
    await mkdir(strange, { mode: 0o700 })
    // Only root can give a folder away.
    const given = await chown(strange, NOBODY, NOBODY).then(
      () => [strange],
      () => [],
    )
    for (const cache of [open, link, join(folder.path, 'missing', 'cache'), ...given]) {
      assert.equal(await load(cache), 'none', cache)
      assert.deepEqual(await readdir(cache).catch(() => []), [], cache)
    }
  })

  test('not where the environment names another one', async () => {
    await using folder = await temporaryFolder('cache')
    const [mine, named] = [join(folder.path, 'mine'), join(folder.path, 'named')]
    assert.equal(await load(mine, { NODE_COMPILE_CACHE: named }), named)
    await assert.rejects(readdir(mine))
  })
})
