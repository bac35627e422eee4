/** Writing to the terminal: aligned tables, JSON, and single lines without control characters. */

export function printLine(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** What moves the cursor, colours, or turns the direction of writing round: a terminal must draw text as it stands. */
const DRAWING = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** One line on stderr. */
export function printProblem(text: string, program = 'fsigk'): void {
  process.stderr.write(`${program}: ${oneLine(text)}\n`)
}

/** Words of a command stand in its errors: line feeds and escapes among them must not draw on the terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(DRAWING, '?').trim()
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** Rows under a heading, their columns aligned; the last column is as long as it is. */
export function printTable(heading: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const line of tableLines([heading, ...rows])) printLine(line)
}

/** Pairs of a word and what it stands for, aligned. */
export function printPairs(pairs: readonly (readonly [word: string, meaning: string])[], indent = ''): void {
  for (const line of tableLines(pairs)) printLine(indent + line)
}

function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(cell))
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  )
}

/** Columns on a terminal: Japanese characters take two. */
function width(text: string): number {
  let columns = 0
  for (const character of text)
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
      character,
    )
      ? 2
      : 1
  return columns
}

/** A value as one cell: on one line, no control characters, cut where it gets long. */
export function cell(text: string, longest = 60): string {
  const line = text.replaceAll('\n', '\\n').replaceAll(DRAWING, '?')
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
