import type { Step } from './step.js'

/**
 * A revision may be made by the gateway itself and may need a second administrator, so that each says which: before,
 * only the first one was the gateway's own, and none was approved.
 */
export const whoAndWhat: Step = {
  from: 1,
  upcast: ({ type, data, meta }) => {
    if (typeof meta !== 'object' || meta === null) return { type, data }
    return { type, data, meta: { ...meta, machine: type === 'GatewayInstalled', approvedBy: null } }
  },
}
