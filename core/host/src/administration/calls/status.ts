import type { GatewayStatus } from '../administration.js'
import { call, nothing } from '../call.js'

/** What runs, and on which revision. */
export const status = call(nothing, async ({ running }): Promise<GatewayStatus> => running.status())
