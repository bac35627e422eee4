import type { SettingsSnapshot } from '@fsigk/config'

/** The settings without how files are laid out, which only whoever writes them needs. */
export function forWorkers({ revision, values }: SettingsSnapshot): SettingsSnapshot {
  return { revision, values }
}
