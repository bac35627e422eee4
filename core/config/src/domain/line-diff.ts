/** The shortest way from one list of lines to another (Myers 1986, "An O(ND) difference algorithm"). */

/** A line that stays, goes or comes. */
export interface LineEdit {
  readonly kind: ' ' | '-' | '+'
  readonly line: string
}

/** More differences than these cost memory that no reader's patience repays: everything goes, everything comes. */
const MAX_DIFFERENCES = 2000

export function diffLines(from: readonly string[], to: readonly string[]): readonly LineEdit[] {
  let head = 0
  while (head < from.length && head < to.length && from[head] === to[head]) head++
  let tail = 0
  while (tail < from.length - head && tail < to.length - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++
  const stays = (line: string): LineEdit => ({ kind: ' ', line })
  return [
    ...from.slice(0, head).map(stays),
    ...diffMiddle(from.slice(head, from.length - tail), to.slice(head, to.length - tail)),
    ...from.slice(from.length - tail).map(stays),
  ]
}

function diffMiddle(from: readonly string[], to: readonly string[]): readonly LineEdit[] {
  const trace = furthestPoints(from, to)
  if (trace === undefined) {
    return [
      ...from.map((line): LineEdit => ({ kind: '-', line })),
      ...to.map((line): LineEdit => ({ kind: '+', line })),
    ]
  }
  return walkBack(trace, from, to)
}

/**
 * For each number of differences, how far in `from` one gets on each diagonal; entry `k + d` of row `d` is diagonal `k`.
 * The rows end where both lists do. Undefined when there are more than MAX_DIFFERENCES.
 */
function furthestPoints(from: readonly string[], to: readonly string[]): readonly Int32Array[] | undefined {
  const rows: Int32Array[] = []
  for (let d = 0; d <= MAX_DIFFERENCES; d++) {
    const row = new Int32Array(2 * d + 1)
    rows.push(row)
    for (let k = -d; k <= d; k += 2) {
      let x = d === 0 ? 0 : startOf(rows[d - 1], d - 1, k).x
      let y = x - k
      while (x < from.length && y < to.length && from[x] === to[y]) {
        x++
        y++
      }
      row[k + d] = x
      if (x >= from.length && y >= to.length) return rows
    }
  }
  return undefined
}

/** Where diagonal `k` begins after one more difference than in `row`, which has `d` of them: down for `+`, right for `-`. */
function startOf(row: Int32Array | undefined, d: number, k: number): { readonly x: number; readonly from: number } {
  const below = k + 1 <= d ? (row?.[k + 1 + d] ?? 0) : -1
  const above = k - 1 >= -d ? (row?.[k - 1 + d] ?? 0) : -1
  const down = k === -d - 1 || (k !== d + 1 && above < below)
  return down ? { x: below, from: k + 1 } : { x: above + 1, from: k - 1 }
}

function walkBack(rows: readonly Int32Array[], from: readonly string[], to: readonly string[]): readonly LineEdit[] {
  const edits: LineEdit[] = []
  let x = from.length
  let y = to.length
  const stays = (untilX: number) => {
    for (; x > untilX; x--, y--) edits.push({ kind: ' ', line: from[x - 1] ?? '' })
  }
  for (let d = rows.length - 1; d > 0; d--) {
    const start = startOf(rows[d - 1], d - 1, x - y)
    stays(start.x)
    if (start.from > x - y) edits.push({ kind: '+', line: to[--y] ?? '' })
    else edits.push({ kind: '-', line: from[--x] ?? '' })
  }
  stays(0)
  return edits.reverse()
}
