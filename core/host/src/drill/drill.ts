/**
 * Shows what a client would meet when something cannot be scanned: by real transfers through a gateway of its own, which
 * has the settings of the home, a scanner that does as it is told, and servers of its own. Nobody else's transfers see it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { GatewayStatus, SettingDescription } from '../administration/administration.js'
import { openAdministration, type Place } from '../administration/open-administration.js'
import { fail } from '../errors.js'
import { startGateway } from '../gateway.js'
import { createHome, type Home, homeAt } from '../home.js'
import type { DrillCause } from './drill-causes.js'
import { installDrillScanner } from './drill-scanner.js'
import { drillSettings, isUnlimited, textOf } from './drill-settings.js'
import { startHttpDrill } from './http-drill.js'
import { startPopDrill } from './pop-drill.js'
import type { Met, ServiceDrill } from './service-drill.js'
import { startSmtpDrill } from './smtp-drill.js'

const LINE_LIMIT_MS = 5_000
const POLL_MS = 10

/** What one service answers for one cause. */
export interface DrillAnswer extends Met {
  readonly service: string
  readonly cause: string
  /** Whether the client has the body, or its beginning. */
  readonly delivered: boolean
  /** Of the log: `UNSCANNED`, `INFECTED`, `CLEAN`; `''` where there was no transfer. */
  readonly result: string
  /** The name of the detection, where policy makes it one. */
  readonly name: string
  readonly action: string
  readonly details: readonly string[]
  /** `http.fail_open=no` */
  readonly decidedBy: readonly string[]
  /** Whether it lets through unscanned what the default settings do not. */
  readonly open: boolean
  /** The line of access.log. */
  readonly line: string
}

/** How a drill is held with each service. */
const drills = new Map([
  ['http', startHttpDrill],
  ['smtp', startSmtpDrill],
  ['pop', startPopDrill],
])

/** @returns the services that can be drilled, of those that there are */
export function drillServices(settings: readonly SettingDescription[]): readonly string[] {
  return [...drills.keys()].filter((service) => settings.some(({ key }) => key === `${service}.${service}_service`))
}

/**
 * @param place its home is a folder for the drill alone, which the caller removes
 * @param inForce the settings of the gateway, as `list` tells them
 * @param wished values that take the place of those in force
 * @throws FSIGK_SETTINGS_INVALID, what `startGateway` throws, and FSIGK_DRILL_NOT_HELD
 */
export async function drill(
  place: Place,
  inForce: readonly SettingDescription[],
  causes: readonly DrillCause[],
  wished: ReadonlyMap<string, string> = new Map(),
): Promise<readonly DrillAnswer[]> {
  const settings = withWishes(inForce, wished)
  const home = homeAt(place.home)
  createHome(home)
  await installDrillScanner(home.plugins)
  await using held = new AsyncDisposableStack()
  const services = new Map<string, ServiceDrill>()
  for (const service of drillServices(settings)) {
    const begin = drills.get(service)
    if (begin !== undefined) services.set(service, held.use(await begin()))
  }
  await configure(place, settings, services)
  const gateway = held.use(await startGateway(place))
  const status = gateway.status()
  const all = await Promise.all(
    [...services].map(async ([service, of]) => {
      const answers: DrillAnswer[] = []
      for (const cause of causes.filter((each) => each.services?.includes(service) ?? true)) {
        if (cause.name === 'scan-timeout' && isUnlimited(settings, service)) answers.push(neverEnds(service, cause))
        else answers.push(await hold(status, home, settings, service, of, cause))
      }
      return answers
    }),
  )
  return all.flat()
}

function withWishes(
  settings: readonly SettingDescription[],
  wished: ReadonlyMap<string, string>,
): readonly SettingDescription[] {
  for (const key of wished.keys())
    if (settings.every((each) => each.key !== key))
      throw fail('FSIGK_SETTING_UNKNOWN', [`There is no setting '${key}'`])
  return settings.map((each) => ({ ...each, value: wished.get(each.key) ?? each.value }))
}

async function configure(
  place: Place,
  settings: readonly SettingDescription[],
  services: ReadonlyMap<string, ServiceDrill>,
): Promise<void> {
  await using administration = await openAdministration(place)
  const changes = [...services].flatMap(([service, of]) => drillSettings(settings, service, of.settings))
  const byKey = new Map(changes.map((change) => [change.key, change]))
  await administration.change({ actor: 'drill', origin: 'cli', changes: [...byKey.values()] })
}

async function hold(
  status: GatewayStatus,
  home: Home,
  settings: readonly SettingDescription[],
  service: string,
  of: ServiceDrill,
  cause: DrillCause,
): Promise<DrillAnswer> {
  const address = status.services.find(({ name }) => name === service)
  if (address === undefined || address.port === 0)
    throw fail('FSIGK_DRILL_NOT_HELD', [service, address?.because ?? 'the service did not start'])
  const met = await of.ask(address, cause).catch((error: Error) => {
    throw fail('FSIGK_DRILL_NOT_HELD', [service, error.message], { cause: error })
  })
  const line = await lineOf(join(home.logs, service, 'access.log'), of.inLine(cause))
  const read = readLine(line)
  const delivered = met.body.startsWith(cause.order)
  const byCause = `${service}.${cause.decidedBy}`
  const keys = read.details.includes('PASS_VIRUS_CHECK')
    ? [`${service}.virus_check`]
    : read.result === 'INFECTED'
      ? [byCause, `${service}.action`]
      : [byCause]
  return {
    service,
    cause: cause.name,
    ...met,
    delivered,
    ...read,
    decidedBy: keys.map((key) => `${key}=${inForceOf(settings, key)}`),
    open: delivered && read.result !== 'CLEAN' && !cause.passesByDefault,
    line,
  }
}

/** Of a scan that has no limit there is nothing to be seen. */
function neverEnds(service: string, { name }: DrillCause): DrillAnswer {
  return {
    service,
    cause: name,
    meets: 'nothing: it waits for as long as the scanner takes',
    fields: {},
    body: '',
    delivered: false,
    result: '',
    name: '',
    action: '',
    details: [],
    decidedBy: [`${service}.vsd_scantimeout=0`],
    open: false,
    line: '',
  }
}

function inForceOf(settings: readonly SettingDescription[], key: string): string {
  const found = settings.find((each) => each.key === key)
  return found === undefined ? '' : textOf(found.value)
}

/** The line is written before the answer is out, or a moment later. */
async function lineOf(file: string, part: string): Promise<string> {
  for (const limit = performance.now() + LINE_LIMIT_MS; ; await delay(POLL_MS)) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const found = text.split('\n').find((line) => line.includes(part))
    if (found !== undefined) return found
    if (performance.now() > limit) return ''
  }
}

function readLine(line: string): Pick<DrillAnswer, 'result' | 'name' | 'action' | 'details'> {
  const [, result = '', name = ''] = /DETECT-STAT:([^:]*):([^:]*):/.exec(line) ?? []
  const action = /ACTION:([^:]*):/.exec(line)?.[1] ?? ''
  const details = /PROXY-STAT:(?:[^:]*:){7}([^:]*):/.exec(line)?.[1] ?? ''
  return { result, name: decodeURIComponent(name), action, details: details === '' ? [] : details.split(',') }
}
