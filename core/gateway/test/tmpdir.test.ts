import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkTmpdir, preparePrivateFolder, prepareSpoolFolder, removeLeftovers } from '../src/tmpdir.js'
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

describe('a spool for a group', () => {
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()

  test('the folder is opened to it, with what lies there, and closed again when it is named no longer', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'tmp')
    await prepareSpoolFolder('tmpdir', path, group)
    const opened = await stat(path)
    assert.deepEqual([opened.mode & 0o7777, opened.gid], [0o2750, process.getgid?.()])
    await writeFile(join(path, 'proxytmp-1-a'), '')
    await prepareSpoolFolder('tmpdir', path, group)
    await prepareSpoolFolder('tmpdir', path, '')
    assert.equal((await stat(path)).mode & 0o7777, 0o700)
  })

  test('a folder that others use already is not taken for it, whatever its mode says', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'somebody.txt'), '')
    for (const mode of [0o755, 0o1777, 0o770]) {
      await chmod(folder.path, mode)
      await assert.rejects(prepareSpoolFolder('tmpdir', folder.path, group), { code: 'FSIGK_FOLDER_UNUSABLE' })
      assert.equal((await stat(folder.path)).mode & 0o7777, mode)
    }
  })

  test('a group that there is not is refused by its name', async () => {
    await using folder = await temporaryFolder()
    await assert.rejects(prepareSpoolFolder('tmpdir', folder.path, 'nobody-is-in-it'), {
      code: 'FSIGK_SPOOL_GROUP',
      message:
        /^The group 'nobody-is-in-it' \(common\.spool_group\) cannot be given the spool: the system knows no such/,
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
