import assert from 'node:assert/strict'
import { chmod, chown, mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkTmpdir, preparePrivateFolder, removeLeftovers } from '../src/tmpdir.js'
import { noSmallDisk, smallDisk, temporaryFolder } from './kit/folders.js'

const isRoot = process.getuid?.() === 0

describe('private folders', () => {
  test('one that is missing is made, for its owner alone', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'a', 'tmp')
    await preparePrivateFolder('tmpdir', path)
    assert.equal((await stat(path)).mode & 0o777, 0o700)
  })

  test('what others could do in it is taken away', async () => {
    await using folder = await temporaryFolder()
    await chmod(folder.path, 0o777)
    await preparePrivateFolder('tmpdir', folder.path)
    assert.equal((await stat(folder.path)).mode & 0o777, 0o700)
  })

  test('a link, a file and a folder of someone else are refused', async () => {
    await using folder = await temporaryFolder()
    const [real, link, file] = ['real', 'link', 'file'].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ]
    await mkdir(real)
    await symlink(real, link)
    await writeFile(file, '')
    await assert.rejects(preparePrivateFolder('tmpdir', link), {
      code: 'FSIGK_FOLDER_UNUSABLE',
      message: `The folder ${link} (tmpdir) cannot be used: it is not a folder`,
    })
    await assert.rejects(preparePrivateFolder('tmpdir', file), { code: 'FSIGK_FOLDER_UNUSABLE' })
    await assert.rejects(preparePrivateFolder('quarantine_dir', join(file, 'below')), {
      message: /\(quarantine_dir\) cannot be used: it cannot be made\/strerror\(20\)=Not a directory/,
    })
  })

  test('a folder of someone else is refused', {
    skip: isRoot ? false : 'only root can give a folder away',
  }, async () => {
    await using folder = await temporaryFolder()
    await chown(folder.path, 65_534, 65_534)
    await assert.rejects(preparePrivateFolder('tmpdir', folder.path), {
      code: 'FSIGK_FOLDER_UNUSABLE',
      message: /it belongs to user id 65534$/,
    })
  })
})

describe('the temporary folder', () => {
  test('with room it is fit for use', async () => {
    await using folder = await temporaryFolder()
    await checkTmpdir(folder.path)
  })

  test('with less than 5 MB free it is not, in the words of the guide', { skip: noSmallDisk }, async () => {
    await using disk = await smallDisk(4800)
    await assert.rejects(checkTmpdir(disk.path), {
      code: 'FSIGK_TMPDIR_FULL',
      message: `main:diskspace_check: not enough disk space in temporary directory [${disk.path}].`,
    })
    await using large = await smallDisk(6000)
    await checkTmpdir(large.path)
  })

  test('what a crash left behind is removed, and nothing else', async () => {
    await using folder = await temporaryFolder()
    for (const name of ['proxytmp-12-aa', 'proxytmp-12-bb', 'proxytmp-123-cc', 'mine.txt'])
      await writeFile(join(folder.path, name), 'x')
    assert.equal(await removeLeftovers(folder.path, 12), 2)
    assert.deepEqual(await folder.names(), ['mine.txt', 'proxytmp-123-cc'])
    assert.equal(await removeLeftovers(folder.path), 1)
    assert.deepEqual(await folder.names(), ['mine.txt'])
  })
})
