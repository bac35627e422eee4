import { type Results, type Round, ratio } from './interleaved.js'
import { median, scatter } from './statistics.js'
import { printTable } from './table.js'

/** Prints what was measured, each beside the one that all are compared with. */
export function printResults(title: string, results: Results, against: string, what = 'requests'): void {
  process.stdout.write(`${title}\n\n`)
  const isThere = results.has(against)
  const of = (name: string, field: 'perSecond' | 'perCpuSecond') =>
    isThere ? ratio(results, name, against, field).toFixed(2) : '–'
  printTable(
    ['', `${what}/s`, 'of it', 'CPU', `${what}/CPU-s`, 'of it', 'scatter', 'p99', 'errors'],
    [...results].map(([name, rounds]) => {
      const middle = (field: keyof Round) => median(rounds.map((round) => round[field]))
      return [
        name === against ? `${name} (it)` : name,
        middle('perSecond').toFixed(0),
        of(name, 'perSecond'),
        `${(middle('busy') * 100).toFixed(0)} %`,
        middle('perCpuSecond').toFixed(0),
        of(name, 'perCpuSecond'),
        `${(scatter(rounds.map((round) => round.perCpuSecond)) * 100).toFixed(0)} %`,
        `${middle('p99Ms').toFixed(1)} ms`,
        String(rounds.reduce((sum, round) => sum + round.errors, 0)),
      ]
    }),
  )
}
