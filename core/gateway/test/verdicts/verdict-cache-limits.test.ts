import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SettingsSnapshot } from '@fsigk/config'
import { verdictCacheLimits } from '../../src/verdicts/verdict-cache-limits.js'

const on = { verdict_cache: true, verdict_cache_size: 1000, verdict_cache_time: 60 }

const cases: readonly { says: string; values: SettingsSnapshot['values']; isShared: boolean }[] = [
  { says: 'one service with one worker', values: { http: { http_service: true, workers: 1 } }, isShared: false },
  { says: 'one with two', values: { http: { http_service: true, workers: 2 } }, isShared: true },
  { says: 'one with a worker for each core', values: { http: { http_service: true, workers: 0 } }, isShared: true },
  {
    says: 'two services with one each',
    values: { http: { http_service: true, workers: 1 }, smtp: { smtp_service: true, workers: 1 } },
    isShared: true,
  },
  {
    says: 'two of which one is off',
    values: { http: { http_service: true, workers: 1 }, smtp: { smtp_service: false, workers: 4 } },
    isShared: false,
  },
]

describe('the limits of what is remembered', () => {
  for (const { says, values, isShared } of cases)
    test(`${says}: shared ${isShared}`, () => {
      const snapshot = { revision: 1, values: { common: on, ...values } } as unknown as SettingsSnapshot
      assert.deepEqual(verdictCacheLimits(snapshot), { bytes: 1000, ttlMs: 60_000, isShared })
    })
})
