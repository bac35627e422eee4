/** What few commands need is loaded when it is asked for: a command that only reads a setting begins sooner. */
import type { DrillAnswer, drill as holdDrill } from './drill/drill.js'
import type { GatewayOptions } from './gateway.js'
import type { RunningGateway } from './running-gateway.js'

/** Starts a gateway on a home; it serves when this resolves. More of it stands in `gateway.ts`. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const gateway = await import('./gateway.js')
  return await gateway.startGateway(options)
}

/** Holds a drill on a home of its own. More of it stands in `drill/drill.ts`. */
export async function drill(...given: Parameters<typeof holdDrill>): Promise<readonly DrillAnswer[]> {
  const { drill: hold } = await import('./drill/drill.js')
  return await hold(...given)
}
