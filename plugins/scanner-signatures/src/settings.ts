import type { SettingsOf } from '@fsigk/plugin-api'

/** None: what is detected is said by signature files, when it is scanned and for how long by each service's section. */
export const settings = {} as const

export type SignatureScannerSettings = SettingsOf<typeof settings>
