/** The start of a gateway, up to the moment in which it serves. How it runs and stops is in `running-gateway.ts`. */
import { hostname } from 'node:os'
import { isFsigk } from '@fsigk/plugin-api'
import { answerCalls } from './administration/answer-calls.js'
import type { Place } from './administration/open-administration.js'
import { takeInAtStart } from './conf-files/take-in-at-start.js'
import { giveUpWhileStopped } from './confirm/confirm-watch.js'
import { Rates } from './confirm/rates.js'
import { ControlServer } from './control/control-server.js'
import { createHome, type Home, homeAt } from './home.js'
import { lockHome } from './home-lock.js'
import { LogOutputs } from './log-outputs/log-outputs.js'
import { AlarmMail } from './notices/alarm-mail.js'
import { NoticeQueue } from './notices/notice-queue.js'
import { openSettings } from './open-settings.js'
import { DEADLINES, type Deadlines } from './plugins/deadline.js'
import { RunningGateway } from './running-gateway.js'
import { openStructuredLog } from './structured-log.js'
import { HEARTBEAT, Heartbeat, type HeartbeatTimes } from './supervisor/heartbeat.js'
import { Outages } from './supervisor/outages.js'
import { PluginWatch } from './supervisor/plugin-watch.js'
import type { ServiceGroup } from './supervisor/service-group.js'
import { Services } from './supervisor/services.js'

export interface GatewayOptions extends Place {
  readonly deadlines?: Partial<Deadlines>
  readonly heartbeat?: HeartbeatTimes
  /** A file that the settings are taken from before anything starts (guide 8.2, `-f`), and who says so. */
  readonly importFirst?: { readonly as: string; readonly content: Buffer; readonly actor: string }
}

/**
 * Starts a gateway on a home; it serves when this resolves.
 *
 * A service that cannot have its port keeps the gateway from starting. One that cannot start for another reason is
 * tried again while others run, and keeps the gateway from starting when none does.
 *
 * @throws FSIGK_HOME_IN_USE, FSIGK_HOME_NOT_WRITABLE, FSIGK_CONF_FILE_REFUSED, FSIGK_BIND_FAILED, FSIGK_TMPDIR_FULL, FSIGK_WORKER_START, and what
 * the store and the shipped templates say
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const resources = new AsyncDisposableStack()
  try {
    return await start(options, homeAt(options.home), resources)
  } catch (error) {
    await resources.disposeAsync()
    throw error
  }
}

async function start(options: GatewayOptions, home: Home, resources: AsyncDisposableStack): Promise<RunningGateway> {
  const { installation, version } = options
  createHome(home)
  resources.use(await lockHome(home))
  const log = resources.use(openStructuredLog(home.structuredLog, 'supervisor'))
  const settings = resources.use(await openSettings(home, installation, log))
  await giveUpWhileStopped(settings)
  await takeInAtStart(settings, log, options.importFirst)
  for (const leftOut of settings.leftOut) log.error('plugin left out', { ...leftOut })
  for (const ignored of settings.log.ignored) log.error('setting ignored', { ...ignored })
  const heartbeat = resources.use(new Heartbeat(options.heartbeat ?? HEARTBEAT))
  const deadlines = { ...DEADLINES, ...options.deadlines }
  const { operations } = settings
  const plugin = (id: string) => settings.plugins.find((found) => found.id === id)
  const outputs = resources.use(new LogOutputs({ home, log, operations, deadlines, plugin }))
  const current = settings.log.secrets.opened(settings.log.current)
  const notices = resources.use(
    new NoticeQueue({
      home,
      hostName: hostname(),
      log,
      deadlines,
      plugin,
      fault: (service, message) => services.faultOf(service, message),
    }),
  )
  const mail = new AlarmMail(home.notices, hostname(), log)
  const onAlarm = (message: string) => {
    services.fault(message)
    mail.send(message, settings.log.current)
  }
  const watch = resources.use(
    new PluginWatch({
      onChange: (states) => services.setBreakers(states),
      onAlarm,
      record: (fact) => operations.append(fact),
      log,
    }),
  )
  watch.configure(current)
  const rates = new Rates()
  const outages = new Outages({
    alarmGiven: () => watch.states.size > 0,
    onAlarm,
    record: (fact) => operations.append(fact),
    log,
  })
  const services = new Services({ home, version, deadlines, heartbeat, log, outputs, watch, rates, outages })
  services.use(settings.plugins, current)
  await services.removeLeftovers(current)
  resources.defer(() => services.stop('SIGTERM', 0))
  outputs.apply(current)
  notices.apply(current)
  await services.apply(current)

  const gateway = new RunningGateway({
    home,
    version,
    settings,
    services,
    outputs,
    notices,
    watch,
    rates,
    outages,
    log,
    resources,
  })
  await gateway.watchConfirm()
  throwStartProblem(services.groups)
  const handle = answerCalls(gateway.administration, () => gateway.stopSoon())
  resources.use(await ControlServer.listen(home.controlSocket, handle, log))
  resources.use(settings.confFiles.watch())
  log.info('gateway started', { version, revision: settings.log.revision, pid: process.pid })
  return gateway
}

function throwStartProblem(services: readonly ServiceGroup[]): void {
  const problems = services.map(({ problem }) => problem).filter((problem) => problem !== undefined)
  const bindFailure = problems.find((problem) => isFsigk(problem, 'FSIGK_BIND_FAILED'))
  if (bindFailure !== undefined) throw bindFailure
  const nothingRuns = services.every((service) => service.status().state !== 'running')
  if (nothingRuns && problems.length > 0) throw problems[0]
}
