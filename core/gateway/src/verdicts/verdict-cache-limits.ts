import type { SettingsSnapshot } from '@fsigk/config'

/** How much may be remembered of what scanners said, and for how long. */
export interface VerdictCacheLimits {
  /** In each worker, and once more in the supervisor; 0 for nothing. */
  readonly bytes: number
  readonly ttlMs: number
  /** Whether other workers of this host may know what one does not: asking them costs a seventh of what clamd does. */
  readonly isShared: boolean
}

/** By `common.verdict_cache`, `verdict_cache_size` and `verdict_cache_time`, and the `workers` of the services that are on. */
export function verdictCacheLimits({ values }: SettingsSnapshot): VerdictCacheLimits {
  const { verdict_cache: isOn, verdict_cache_size: bytes, verdict_cache_time: seconds } = values['common'] ?? {}
  if (isOn !== true) return { bytes: 0, ttlMs: 0, isShared: false }
  return { bytes: Number(bytes), ttlMs: Number(seconds) * 1_000, isShared: severalWorkers(values) }
}

/** 0 workers are one for each processor core. */
function severalWorkers(values: SettingsSnapshot['values']): boolean {
  const serving = Object.entries(values).filter(([section, own]) => own[`${section}_service`] === true)
  const [only] = serving
  return serving.length !== 1 || only?.[1]['workers'] !== 1
}
