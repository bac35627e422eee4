/** `npm run fuzz -w plugins/protocol-http`: compares a million messages, or as many as the argument says, from a number on. */
import { compare } from './compare.js'

const BATCH = 20_000
const count = Number(process.argv[2] ?? 1_000_000)
const first = Number(process.argv[3] ?? 0)
const totals = new Map<string, number>()
let agreed = 0
let accepted = 0
let failed = false
for (let done = 0; done < count && !failed; done += BATCH) {
  const result = compare(first + done, Math.min(BATCH, count - done))
  agreed += result.agreed
  accepted += result.accepted
  for (const [rule, times] of result.stricter) totals.set(rule, (totals.get(rule) ?? 0) + times)
  for (const disagreement of result.disagreements) console.error(disagreement)
  failed = result.disagreements.length > 0
}
console.log(`${agreed} read alike, ${accepted} of them accepted whole`)
for (const [rule, times] of totals) console.log(`${String(times).padStart(8)} stricter: ${rule}`)
process.exitCode = failed ? 1 : 0
