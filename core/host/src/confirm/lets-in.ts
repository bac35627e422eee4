import type { SettingsSnapshot } from '@fsigk/config'
import { AccessControl } from '@fsigk/gateway'

/** Whether a service lets an address in under these settings. A list that cannot be read lets nobody in. */
export function letsIn(snapshot: SettingsSnapshot, service: string, address: string): boolean {
  try {
    return new AccessControl(snapshot, service).source(address).allowed
  } catch {
    return false
  }
}
