import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readTarball } from '../../src/plugin/archive/read-tarball.js'
import { writeTarball } from '../../src/plugin/archive/write-tarball.js'
import { file, forged, saying } from './archives.js'

const manifest = file('package/package.json', '{}')

describe('archives of plugins', () => {
  test('what was written is read again, the same bytes each time', () => {
    const long = `package/${'deep/'.repeat(25)}${'x'.repeat(90)}.js`
    const files = [
      manifest,
      file('package/dist/ウイルス.js', 'text'),
      file(long, 'x'.repeat(1000)),
      file('package/empty'),
    ]
    const archive = writeTarball(files)
    assert.deepEqual(
      readTarball(archive).map(({ name, bytes }) => ({ name: `package/${name}`, bytes })),
      files.map(({ name, bytes }) => ({ name, bytes })),
    )
    assert.deepEqual(writeTarball(files), archive)
  })

  test('what tar itself writes is read, with long names in extended headers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fsigk-tar-'))
    try {
      const deep = join(folder, 'package', 'a'.repeat(120), 'b'.repeat(120))
      await mkdir(deep, { recursive: true })
      await writeFile(join(folder, 'package', 'package.json'), '{}')
      await writeFile(join(deep, 'long.js'), 'found', { mode: 0o755 })
      spawnSync('tar', ['czf', 'made.tgz', '--format=pax', 'package'], { cwd: folder })
      const read = readTarball(await readFile(join(folder, 'made.tgz')))
      const found = read.find(({ name }) => name.endsWith('/long.js'))
      assert.equal(found?.bytes.toString(), 'found')
      assert.equal(found.executable, true)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  for (const name of [
    'package/../../escape',
    '/etc/passwd',
    '../escape',
    'package/./x',
    'package//x',
    'alone',
    'package/a\\b',
    'package/a\x1bb',
  ])
    test(`a member called ${JSON.stringify(name)} makes it refused`, () => {
      assert.throws(() => readTarball(forged(name, '0')), /is no name below one folder/)
    })

  for (const [what, type, target] of [
    ['a symbolic link', '2', '/etc/passwd'],
    ['a hard link', '1', 'package/package.json'],
    ['a device', '3', ''],
    ['a pipe', '6', ''],
    ['something unknown', 'Z', ''],
  ] as const)
    test(`${what} in it makes it refused`, () => {
      assert.throws(() => readTarball(forged('package/link', type, target)), /is no file/)
    })

  for (const [says, archive, rule] of [
    ['no archive', Buffer.from('{}'), /no gzipped archive/],
    ['no package.json', writeTarball([file('package/index.js')]), /no package\.json/],
    ['a file as a folder', writeTarball([manifest, file('package/a'), file('package/a/b')]), /a file and a folder/],
    ['one name twice', writeTarball([manifest, manifest]), /twice/],
    ['a bomb', gzipSync(Buffer.alloc(400 * 1024 * 1024), { level: 1 }), /more than 268435456 bytes/],
    ['a length beyond its end', saying('00077777777\0'), /ends in the middle/],
    ['a length that is none', saying('zzzzzzzzzzz\0'), /damaged/],
    ['a damaged header', gzipSync(Buffer.alloc(1024, 'x')), /damaged/],
  ] as const)
    test(`${says} makes it refused`, () => {
      assert.throws(() => readTarball(archive), rule)
    })

  test('an archive cut anywhere is refused', () => {
    const archive = writeTarball([manifest, file('package/index.js', 'x'.repeat(5000))])
    for (let at = 0; at < archive.length; at += 7) assert.throws(() => readTarball(archive.subarray(0, at)))
  })
})
