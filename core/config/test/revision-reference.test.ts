import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIsoDate, parseRevision } from '@fsigk/config'

const date = (iso: string) => ({ by: 'date', at: new Date(iso) })

const accepted: Record<string, object> = {
  '12': { by: 'number', revision: 12 },
  r12: { by: 'number', revision: 12 },
  '-1': { by: 'back', steps: 1 },
  '2026-01-31': date('2026-01-31T00:00:00Z'),
  '2026-01-31T13:00': date('2026-01-31T13:00:00Z'),
  '2026-01-31T13:00:05.250Z': date('2026-01-31T13:00:05.250Z'),
  '2026-01-31T13:00:00+09:00': date('2026-01-31T04:00:00Z'),
  '2024-02-29': date('2024-02-29T00:00:00Z'),
}

for (const [text, reference] of Object.entries(accepted)) {
  test(`revision ${text}`, () => assert.deepEqual(parseRevision(text), reference))
}

for (const text of [
  '',
  '0',
  'r0',
  '-0',
  '012',
  '1.5',
  '+1',
  'r',
  'latest',
  '2026-02-30',
  '2026-13-01',
  '31.01.2026',
  '2026-01-31T25:00',
  '1'.repeat(30),
]) {
  test(`revision refuses '${text}'`, () => {
    const result = parseRevision(text)
    assert.ok('rule' in result)
    assert.match(result.rule, /^must be a number \(12 or r12\), -1 for one back, or a date/)
  })
}

test('a date that is none is undefined', () => assert.equal(parseIsoDate('yesterday'), undefined))
