import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chooseSearch } from '../src/matching/choose-search.js'
import { IndexOfSearch } from '../src/matching/index-of-search.js'
import type { LiteralSearch } from '../src/matching/literal-search.js'
import { WuManberSearch } from '../src/matching/wu-manber-search.js'

/** The same numbers on every run: a failure can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function randomBytes(next: (below: number) => number, length: number, alphabet: number): Buffer {
  return Buffer.from(Array.from({ length }, () => next(alphabet)))
}

/** All that stands anywhere, as `pattern@position`. */
function naively(patterns: readonly Buffer[], bytes: Buffer): Set<string> {
  const found = new Set<string>()
  for (let at = 0; at < bytes.length; at++) {
    patterns.forEach((pattern, index) => {
      if (bytes.subarray(at, at + pattern.length).equals(pattern)) found.add(`${index}@${at}`)
    })
  }
  return found
}

/** Where anything stands: every position that a search asks about, when none is accepted. */
function positions(search: LiteralSearch, bytes: Buffer): Set<number> {
  const asked = new Set<number>()
  const none = search.search(bytes, (position) => {
    asked.add(position)
    return false
  })
  assert.equal(none, -1)
  return asked
}

describe('searching literals', () => {
  const searches = [
    { name: 'one indexOf each', make: (patterns: readonly Buffer[]) => new IndexOfSearch(patterns) },
    { name: 'Wu-Manber', make: (patterns: readonly Buffer[]) => new WuManberSearch(patterns) },
  ]
  for (const { name, make } of searches) {
    test(`${name}: finds what a naive search finds, where it does, in 400 random texts`, () => {
      const next = numbers(1)
      for (let round = 0; round < 400; round++) {
        const alphabet = [2, 3, 8, 256][round % 4] as number
        const patterns = Array.from({ length: 1 + next(6) }, () =>
          randomBytes(next, 4 + next(round % 2 ? 6 : 60), alphabet),
        )
        const bytes = randomBytes(next, next(400), alphabet)
        // Planted at the edges, where an index that is off by one shows.
        const [first, last] = [patterns[0] as Buffer, patterns.at(-1) as Buffer]
        if (bytes.length > 130) {
          first.copy(bytes, 0)
          last.copy(bytes, bytes.length - last.length)
        }
        const expected = new Set([...naively(patterns, bytes)].map((found) => Number(found.split('@')[1])))
        assert.deepEqual([...positions(make(patterns), bytes)].sort(), [...expected].sort())
      }
    })

    test(`${name}: answers the index of the pattern that was accepted`, () => {
      const patterns = ['abcdefgh', 'ijklmnop', 'qrstuvwx'].map((text) => Buffer.from(text))
      const search = make(patterns)
      const bytes = Buffer.from('..ijklmnop..abcdefgh..ijklmnop..')
      assert.equal(
        search.search(bytes, (position) => position > 20),
        1,
      )
      assert.equal(
        search.search(bytes, (position) => position === 12),
        0,
      )
      assert.equal(
        search.search(Buffer.alloc(0), () => true),
        -1,
      )
    })
  }

  for (const { count, atLeast } of [
    { count: 1000, atLeast: 16 },
    { count: 10_000, atLeast: 8 },
    { count: 10_000, atLeast: 32 },
  ]) {
    test(`${count} random patterns of ${atLeast} bytes and more: each is found at each place, and nothing else`, () => {
      const next = numbers(count + atLeast)
      const patterns = Array.from({ length: count }, () => randomBytes(next, atLeast + next(40), 256))
      const search = chooseSearch(patterns)
      // A naive search of 10,000 patterns is one indexOf each.
      const bytes = randomBytes(next, 200_000, 256)
      for (let at = 100; at + 100 < bytes.length; at += 1000) (patterns[next(count)] as Buffer).copy(bytes, at)
      const expected = new Set<number>()
      for (const pattern of patterns) {
        for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 1)) expected.add(at)
      }
      assert.ok(expected.size >= 199)
      assert.deepEqual([...positions(search, bytes)].sort(), [...expected].sort())
    })
  }

  describe('texts made to be slow', () => {
    const next = numbers(7)
    const repeated = (text: string, length: number) => Buffer.from(text.repeat(Math.ceil(length / text.length)))
    const cases = [
      {
        says: 'zeros, for patterns that begin and end with zeros',
        patterns: Array.from({ length: 2000 }, () =>
          Buffer.concat([Buffer.alloc(16), randomBytes(next, 24, 256), Buffer.alloc(16)]),
        ),
        text: Buffer.alloc(4_000_000),
      },
      {
        says: 'the beginning that all patterns share, again and again',
        patterns: Array.from({ length: 20_000 }, () =>
          Buffer.concat([repeated('abcdefgh', 64), randomBytes(next, 8, 256)]),
        ),
        text: repeated('abcdefgh', 4_000_000),
      },
      {
        says: 'a text that is a pattern all along but for its last byte',
        patterns: [Buffer.from(`${'abc'.repeat(85)}d`), Buffer.from(`d${'abc'.repeat(85)}`)],
        text: repeated('abc', 4_000_000),
      },
    ]
    for (const { says, patterns, text } of cases) {
      test(says, () => {
        const search = chooseSearch(patterns)
        const started = process.cpuUsage()
        assert.equal(
          search.search(text, () => true),
          -1,
        )
        // 4 MB take some milliseconds; seconds or minutes when such texts are not provided for.
        assert.ok(process.cpuUsage(started).user < 500_000)
        const last = patterns.length - 1
        assert.equal(
          search.search(patterns[last] as Buffer, () => true),
          last,
        )
      })
    }
  })

  test('one pattern, or a few short ones, are looked for one by one; more in one pass', () => {
    const of = (...lengths: number[]) => chooseSearch(lengths.map((length) => Buffer.alloc(length, 1)))
    assert.ok(of(68) instanceof IndexOfSearch)
    assert.ok(of(5, 60, 4) instanceof IndexOfSearch)
    assert.ok(of(16, 16) instanceof WuManberSearch)
    assert.ok(of(4, 4, 4, 4, 4) instanceof WuManberSearch)
  })
})
