/**
 * What a reader extracts from a mail must not escape the scan, however the mail is broken. `FSIGK_FUZZ_SEED` repeats a run,
 * `npm run fuzz` goes on with other seeds.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fuzz, told } from './fuzz.js'

const MUTATIONS = 20_000

const seed = Number(process.env['FSIGK_FUZZ_SEED'] ?? 20_261_124)

describe(`mutated mails (seed ${seed}):`, () => {
  test(`nothing that Python's email package or mailparser extract from ${MUTATIONS} of them escapes the walker`, async () => {
    const report = await fuzz(seed, MUTATIONS)
    assert.equal(report.misses.length, 0, report.misses.map(told).join('\n'))
    // Most of them are still mails.
    assert.ok(report.compared > MUTATIONS, `${report.compared} payloads compared`)
    assert.ok(report.faults < MUTATIONS / 10, `${report.faults} beyond the bounds`)
  })
})
