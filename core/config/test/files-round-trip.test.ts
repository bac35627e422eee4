/** Whatever stands in a file that can be read comes back byte for byte, and a change touches its own line alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffLines } from '../src/domain/line-diff.js'
import { facesCatalogue, read, reprint } from './faces-sample.js'
import { Random } from './random.js'

const RUNS = 400

/** Bytes of a comment or of something unknown: anything but what ends a line. */
function noise(random: Random): string {
  return random
    .several(12, () => String.fromCharCode(1 + random.below(255)))
    .join('')
    .replace(/[\r\n\0\\]/g, '~')
}

function blanks(random: Random): string {
  return random.several(2, () => random.pick([' ', '\t'])).join('')
}

function iniFile(random: Random): string {
  const end = () => random.pick(['\n', '\n', '\r\n'])
  const value = (name: string) => {
    switch (name) {
      case 'svcport':
        return `${1 + random.below(65_000)}`
      case 'pre_spawn':
        return `${1 + random.below(1000)}`
      case 'action':
        return random.pick(['pass', 'delete'])
      case 'banner':
        return random.pick(['', 'a\\nb', '\\\\', '\\', 'x;y#z', '"q"', '\\s', 'caf\u00c3\u00a9'])
      case 'virus_check':
        return random.pick(['yes', 'no'])
      default:
        return noise(random).replaceAll('=', '')
    }
  }
  const lines = random.several(30, () => {
    const name = random.pick(['svcport', 'pre_spawn', 'action', 'banner', 'virus_check', 'unheard_of'])
    return random.pick([
      () => `${blanks(random)}${random.pick(['#', ';'])}${noise(random)}`,
      () => blanks(random),
      () => `[${random.pick(['http', 'common', 'strange', 'http'])}]`,
      () => `${blanks(random)}${name}${blanks(random)}=${blanks(random)}${value(name)}${blanks(random)}`,
      () => `${name}=${value(name)}`,
    ])()
  })
  const text = `[http]${end()}${lines.map((line) => line + end()).join('')}`
  return (random.chance(0.1) ? '\xef\xbb\xbf' : '') + (random.chance(0.3) ? text.replace(/\r?\n$/, '') : text)
}

function hostsFile(random: Random): string {
  const end = () => random.pick(['\n', '\n', '\r\n'])
  const host = () => random.pick(['10.', '192.168.0.1', '.example.org', 'ALL EXCEPT 10.', '/etc/list', '[fe80::]/10'])
  const gap = () => random.pick([' ', '  ', '\t', ', ', ` \\${end()} `])
  const list = () => random.several(3, host).join(gap())
  const lines = random.several(15, () =>
    random.pick([
      () => `#${noise(random)}`,
      () => blanks(random),
      () =>
        `${random.pick(['http_from', 'http_to', 'http_pass_to'])}${blanks(random)}:${blanks(random)}${list()}${blanks(random)}`,
      () => `sshd: ${noise(random)}`,
    ])(),
  )
  const text = lines.map((line) => line + end()).join('')
  return random.chance(0.3) ? text.replace(/\r?\n$/, '') : text
}

const files = [
  { file: 'fsigk.ini', make: iniFile },
  { file: 'hosts.allow', make: hostsFile },
] as const

for (const { file, make } of files)
  test(`${file}: ${RUNS} random files come back byte for byte`, () => {
    let good = 0
    for (let seed = 1; seed <= RUNS; seed++) {
      const content = Buffer.from(make(new Random(seed)), 'latin1')
      const reading = read(file, content)
      if ('faults' in reading) continue
      good++
      assert.deepEqual(reprint(file, reading).toString('latin1'), content.toString('latin1'), `seed ${seed}`)
    }
    assert.ok(good > RUNS / 2, `only ${good} could be read`)
  })

const changes = [
  { file: 'fsigk.ini', make: iniFile, key: 'http.pre_spawn', to: (random: Random) => 2001 + random.below(1000) },
  { file: 'fsigk.ini', make: iniFile, key: 'http.banner', to: (random: Random) => `new\n${random.below(100)} ` },
  {
    file: 'hosts.allow',
    make: hostsFile,
    key: 'access.http_to',
    to: (random: Random) => `172.16.${random.below(256)}.1`,
  },
] as const

for (const { file, make, key, to } of changes)
  test(`${file}: a change of ${key} touches only its own lines, and reads back as the new value`, () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = new Random(seed * 7)
      const before = Buffer.from(make(random), 'latin1')
      const reading = read(file, before)
      if ('faults' in reading) continue
      const value = to(random)
      const after = reprint(file, reading, { [key]: value })
      const again = read(file, after)
      assert.ok(!('faults' in again), `seed ${seed}`)
      assert.equal(again.values.get(key), value, `seed ${seed}`)
      for (const [other, was] of reading.values) if (other !== key) assert.equal(again.values.get(other), was, other)
      const name = facesCatalogue.find(key)?.name ?? ''
      const strayed = diffLines(linesOf(before), linesOf(after)).filter(
        ({ kind, line }) =>
          kind !== ' ' && line !== '' && !line.includes(name) && !isPartOf(line, linesOf(before), name),
      )
      assert.deepEqual(strayed, [], `seed ${seed}`)
    }
  })

/** Line ends aside: a last line without one gets it when another follows. */
function linesOf(bytes: Buffer): readonly string[] {
  return bytes.toString('latin1').split(/\r?\n/)
}

/** Whether a line goes on what a line with this name began. */
function isPartOf(line: string, lines: readonly string[], name: string): boolean {
  return lines.some((each, index) => {
    if (each !== line) return false
    let begin = index
    while (begin > 0 && lines[begin - 1]?.endsWith('\\')) begin--
    return begin < index && (lines[begin] ?? '').includes(name)
  })
}
