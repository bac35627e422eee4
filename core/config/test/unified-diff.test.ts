import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { unifiedDiff } from '../src/domain/unified-diff.js'

test('equal texts have no difference', () => {
  assert.equal(unifiedDiff('a', 'b', 'x\ny\n', 'x\ny\n'), '')
})

test('one line among many, with three lines around it', () => {
  const from = '1\n2\n3\n4\n5\n6\n7\n8\n9\n'
  assert.equal(
    unifiedDiff('r1/fsigk.ini', 'r2/fsigk.ini', from, from.replace('5', 'five')),
    '--- r1/fsigk.ini\n+++ r2/fsigk.ini\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
  )
})

test('changes far apart are two hunks, near ones are one', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `${index}\n`)
  const hunks = (...changed: number[]) => {
    const to = lines.map((line, index) => (changed.includes(index) ? `new ${line}` : line))
    return unifiedDiff('a', 'b', lines.join(''), to.join('')).match(/^@@/gm)?.length
  }
  assert.equal(hunks(5, 25), 2)
  assert.equal(hunks(5, 11), 1)
  assert.equal(hunks(5, 12), 1)
  assert.equal(hunks(5, 13), 2)
})

test('from nothing, to nothing, and a missing line feed at the end', () => {
  assert.equal(unifiedDiff('a', 'b', '', 'x\n'), '--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n')
  assert.equal(unifiedDiff('a', 'b', 'x\n', ''), '--- a\n+++ b\n@@ -1 +0,0 @@\n-x\n')
  assert.equal(unifiedDiff('a', 'b', 'x\n', 'x'), '--- a\n+++ b\n@@ -1 +1 @@\n-x\n+x\n\\ No newline at end of file\n')
})

test('no more lines go and come than must', () => {
  const changed = unifiedDiff('a', 'b', 'a\nb\nc\na\nb\nb\na\n', 'c\nb\na\nb\na\nc\n').match(/^[+-](?![+-])/gm)
  assert.equal(changed?.length, 5)
})

test('texts with nothing in common are compared in bounded time', () => {
  const text = (word: string) => Array.from({ length: 9000 }, (_, index) => `${word}${index}\n`).join('')
  const begun = process.cpuUsage()
  assert.equal(unifiedDiff('a', 'b', text('x'), text('y')).match(/^[-+][xy]/gm)?.length, 18_000)
  const { user, system } = process.cpuUsage(begun)
  assert.ok(user + system < 5_000_000, `${user + system} µs`)
})

/** Repeatable: the same texts every time. */
function* randomTexts(count: number): Generator<readonly [from: string, to: string]> {
  let seed = 42
  const next = (limit: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return (seed >> 8) % limit
  }
  const text = () => {
    const lines = Array.from({ length: next(25) }, () => 'abc'[next(3)]).join('\n')
    return next(2) === 0 || lines === '' ? lines : `${lines}\n`
  }
  for (let made = 0; made < count; made++) yield [text(), text()]
}

/** What `patch` does, for diffs that fit exactly. */
function applied(from: string, diff: string): string {
  const lines = from.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const result: string[] = []
  let at = 0
  let last = result
  for (const line of diff.split('\n').slice(2, -1)) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? /.exec(line)
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1)
      result.push(...lines.slice(at, start))
      at = start
    } else if (line.startsWith('\\')) {
      if (last === result) result.push((result.pop() ?? '').slice(0, -1))
    } else {
      const text = `${line.slice(1)}\n`
      if (line[0] !== '+') assert.equal(text.trimEnd(), lines[at++]?.trimEnd())
      if (line[0] !== '-') result.push(text)
      last = line[0] === '-' ? [] : result
    }
  }
  return [...result, ...lines.slice(at)].join('')
}

test('every diff turns the one text into the other', () => {
  for (const [from, to] of randomTexts(2000)) assert.equal(applied(from, unifiedDiff('a', 'b', from, to)), to)
})

const hasPatch = spawnSync('patch', ['--version'], { stdio: 'ignore' }).error === undefined

test('patch takes it', { skip: hasPatch ? false : 'patch is not installed' }, (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'fsigk-diff-'))
  context.after(() => rmSync(folder, { recursive: true }))
  for (const [from, to] of randomTexts(40)) {
    if (from === to || to === '') continue
    writeFileSync(join(folder, 'file'), from)
    const diff = unifiedDiff('file', 'file', from, to)
    const { status, stdout } = spawnSync('patch', ['-p0', '--fuzz=0'], { cwd: folder, input: diff, encoding: 'utf8' })
    assert.equal(status, 0, stdout)
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), to)
  }
})
