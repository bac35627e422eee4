import type { SettingsSnapshot } from '@fsigk/config'

/** How much may be remembered of what scanners said, and for how long. */
export interface VerdictCacheLimits {
  /** In each worker, and once more in the supervisor; 0 for nothing. */
  readonly bytes: number
  readonly ttlMs: number
}

/** By `common.verdict_cache`, `verdict_cache_size` and `verdict_cache_time`. */
export function verdictCacheLimits({ values }: SettingsSnapshot): VerdictCacheLimits {
  const { verdict_cache: isOn, verdict_cache_size: bytes, verdict_cache_time: seconds } = values['common'] ?? {}
  return isOn === true ? { bytes: Number(bytes), ttlMs: Number(seconds) * 1_000 } : { bytes: 0, ttlMs: 0 }
}
