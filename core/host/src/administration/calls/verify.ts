import type { StoreReport } from '../../store-care/store-report.js'
import { call, nothing } from '../call.js'

/** Reads all of the store, and tells whether it is whole. */
export const verify = call(nothing, async ({ settings }): Promise<StoreReport> => await settings.verify())
