/** A home is either spoken to, over the control socket of the gateway that runs on it, or held by its lock. */
import { setTimeout as delay } from 'node:timers/promises'
import { ControlClient } from '../control/control-client.js'
import { fail } from '../errors.js'
import type { Home } from '../home.js'
import { lockHolder, tryLockHome } from '../home-lock.js'

/** Another command holds the lock for a moment; a gateway that starts holds it for longer before it answers. */
const PATIENCE_MS = 15_000
const POLL_MS = 25

export type HeldHome = { readonly control: ControlClient } | { readonly lock: Disposable }

/** @throws FSIGK_HOME_IN_USE when its holder neither answers nor ends, FSIGK_HOME_NOT_WRITABLE */
export async function holdHome(home: Home): Promise<HeldHome> {
  const patience = Date.now() + PATIENCE_MS
  for (;;) {
    const control = await ControlClient.connect(home.controlSocket)
    if (control !== undefined) return { control }
    const lock = tryLockHome(home, 'command')
    if (lock !== undefined) return { lock }
    if (Date.now() > patience) throw fail('FSIGK_HOME_IN_USE', [home.path, lockHolder(home).text])
    await delay(POLL_MS)
  }
}
