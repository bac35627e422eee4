/** Prints rows under a head as a Markdown table; numbers stand right. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => pad(cell, widths[column] ?? 0, column > 0)).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column > 0 ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`
  process.stdout.write(`${[line(head), rule, ...rows.map(line)].join('\n')}\n\n`)
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width)
}

/** What was promised: says whether a figure keeps it, and what to aim at. */
export interface Promised {
  readonly what: string
  readonly is: number
  readonly must: { readonly atLeast: number } | { readonly atMost: number }
  readonly aim?: number
  readonly unit?: string
}

export function printPromises(promises: readonly Promised[]): void {
  for (const { what, is, must, aim, unit = '' } of promises) {
    const kept = 'atLeast' in must ? is >= must.atLeast : is <= must.atMost
    const limit = 'atLeast' in must ? `at least ${must.atLeast}` : `at most ${must.atMost}`
    const aimed = aim === undefined ? '' : `, aim at ${aim}`
    process.stdout.write(`${kept ? 'holds ' : 'BROKEN'}  ${what}: ${is.toFixed(2)}${unit} (${limit}${aimed})\n`)
  }
}
