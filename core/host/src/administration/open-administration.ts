/** The one way to administer a home: over the control socket when a gateway runs on it, else by holding its lock here. */
import { setTimeout as delay } from 'node:timers/promises'
import { giveUpWhileStopped } from '../confirm/confirm-watch.js'
import { ControlClient } from '../control/control-client.js'
import { fail } from '../errors.js'
import { createHome, type Home, homeAt } from '../home.js'
import { openSettings } from '../open-settings.js'
import { isAlive } from '../process-alive.js'
import { openStructuredLog } from '../structured-log.js'
import type { GatewayStatus } from './administration.js'
import type { Administration } from './calls.js'
import { holdHome } from './hold-home.js'
import { remoteAdministration } from './remote-administration.js'
import { administrationRoom, settingsAdministration } from './settings-administration.js'

const POLL_MS = 25

export interface Place {
  /** `FSIGK_HOME` */
  readonly home: string
  /** The product's folder, with `plugins/` and `conf/templates/`. */
  readonly installation: string
  readonly version: string
}

/**
 * Creates the home when it is missing.
 * @throws FSIGK_HOME_IN_USE when its holder neither answers nor ends, FSIGK_HOME_NOT_WRITABLE, and what the store says
 */
export async function openAdministration(place: Place): Promise<Administration> {
  const home = homeAt(place.home)
  createHome(home)
  const held = await holdHome(home)
  return 'control' in held ? remoteAdministration(held.control) : await administerHere(home, held.lock, place)
}

async function administerHere(home: Home, lock: Disposable, place: Place): Promise<Administration> {
  await using resources = new AsyncDisposableStack()
  resources.use(lock)
  const log = resources.use(openStructuredLog(home.structuredLog, 'command'))
  const settings = resources.use(await openSettings(home, place.installation, log))
  await giveUpWhileStopped(settings)
  const room = administrationRoom(settings, {
    apply: async () => [],
    usePlugins: async () => [],
    status: () => stoppedStatus(place),
    watch: async () => {},
    isStopping: () => false,
  })
  const administration = resources.use(settingsAdministration(room))
  const owned = resources.move()
  return Object.assign(administration, { [Symbol.asyncDispose]: () => owned.disposeAsync() })
}

/** What there is to say of a home on which no gateway runs. */
export function stoppedStatus({ home, version }: Place): GatewayStatus {
  return { state: 'stopped', version, home: homeAt(home).path, services: [], plugins: [] }
}

/**
 * The status of a home, without creating or locking anything.
 * @throws FSIGK_CONTROL_SOCKET
 */
export async function readStatus(place: Place): Promise<GatewayStatus> {
  using control = await ControlClient.connect(homeAt(place.home).controlSocket)
  return control === undefined ? stoppedStatus(place) : await remoteAdministration(control).status({})
}

/**
 * Stops the gateway that runs on a home, and resolves with its process id when it is gone: all connections have ended,
 * or the time for draining is over.
 *
 * @throws FSIGK_NOT_RUNNING, FSIGK_CONTROL_SOCKET
 */
export async function stopGateway(place: Pick<Place, 'home'>): Promise<number> {
  const home = homeAt(place.home)
  using control = await ControlClient.connect(home.controlSocket)
  if (control === undefined) throw fail('FSIGK_NOT_RUNNING', [home.path])
  const { pid } = (await control.call('stop', {})) as { readonly pid: number }
  await control.closed()
  while (isAlive(pid)) await delay(POLL_MS)
  return pid
}
