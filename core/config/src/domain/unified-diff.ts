/** Differences between two texts as `diff -u` prints them and `patch` reads them. */
import { diffLines, type LineEdit } from './line-diff.js'

const CONTEXT_LINES = 3

/** @returns `''` when both texts are equal */
export function unifiedDiff(fromName: string, toName: string, from: string, to: string): string {
  if (from === to) return ''
  const edits = diffLines(linesOf(from), linesOf(to))
  const hunks = hunksOf(edits).map((hunk) => renderHunk(edits, hunk))
  return `--- ${fromName}\n+++ ${toName}\n${hunks.join('')}`
}

/** Lines with their line feeds, so that a missing last one is a difference. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

interface Hunk {
  readonly start: number
  readonly end: number
}

/** Runs of edits with context around them; what is less than two contexts apart is one. */
function hunksOf(edits: readonly LineEdit[]): readonly Hunk[] {
  const hunks: Hunk[] = []
  for (const [index, edit] of edits.entries()) {
    if (edit.kind === ' ') continue
    const last = hunks.at(-1)
    const end = Math.min(index + 1 + CONTEXT_LINES, edits.length)
    if (last !== undefined && index - CONTEXT_LINES <= last.end) hunks[hunks.length - 1] = { start: last.start, end }
    else hunks.push({ start: Math.max(index - CONTEXT_LINES, 0), end })
  }
  return hunks
}

function renderHunk(edits: readonly LineEdit[], { start, end }: Hunk): string {
  const before = edits.slice(0, start)
  const inside = edits.slice(start, end)
  const range = (without: '-' | '+') => {
    const count = inside.filter((edit) => edit.kind !== without).length
    const first = before.filter((edit) => edit.kind !== without).length + (count === 0 ? 0 : 1)
    return count === 1 ? `${first}` : `${first},${count}`
  }
  const lines = inside.map(({ kind, line }) =>
    line.endsWith('\n') ? `${kind}${line}` : `${kind}${line}\n\\ No newline at end of file\n`,
  )
  return `@@ -${range('+')} +${range('-')} @@\n${lines.join('')}`
}
