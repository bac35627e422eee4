import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryFolder } from '@fsigk/testing'
import { testHome } from './fsigk.js'

describe('fsigk config set KEY=@FILE', () => {
  test('takes the text of a file, its last blank line too, without a byte order mark, and so do edit and check', async () => {
    await using home = await testHome()
    await using folder = await temporaryFolder('values')
    const file = join(folder.path, 'page.html')
    await writeFile(file, '\ufeff<p>検出 ${URL}</p>\n\n')
    await home.expect(0, 'config', 'check', `template.http=@${file}`)
    await home.expect(0, 'config', 'set', `template.http=@${file}`)
    assert.equal((await home.expect(0, 'config', 'get', 'template.http', '--json')).code, 0)
    const shown = await home.expect(0, 'config', 'show', '--file', 'template_http.html')
    assert.equal(shown.stdout, '<p>検出 ${URL}</p>\n\n')
    await writeFile(file, 'other')
    await home.expect(0, 'config', 'edit', `template.http=@${file}`)
    assert.match((await home.expect(1, 'config', 'compare')).stdout, /^\+other$/m)
  })

  test('takes a value that begins with @ when it is doubled', async () => {
    await using home = await testHome()
    await home.expect(0, 'config', 'set', 'common.product_name=@@gate')
    assert.equal((await home.expect(0, 'config', 'get', 'common.product_name')).stdout, '@gate\n')
  })

  test('refuses what is missing, no file, too long or not UTF-8, and changes nothing', async () => {
    await using home = await testHome()
    await using files = await temporaryFolder('values')
    const at = (name: string) => join(files.path, name)
    await mkdir(at('folder'))
    await writeFile(at('long'), Buffer.alloc(1024 * 1024 + 1, 'x'))
    await writeFile(at('latin'), Buffer.from([0x67, 0xe9]))
    for (const [name, rule] of [
      ['missing', /ENOENT/],
      ['folder', /it is no file/],
      ['long', /1048577 bytes, and 1048576 are allowed/],
      ['latin', /not valid UTF-8/],
    ] as const) {
      const { stderr } = await home.expect(2, 'config', 'set', `template.http=@${at(name)}`)
      assert.match(stderr, /^fsigk: template\.http cannot be taken from the file '[^\n]*\n$/)
      assert.match(stderr, rule)
    }
    assert.match((await home.expect(0, 'config', 'get', 'template.http')).stdout, /^<!DOCTYPE html>/)
  })
})
