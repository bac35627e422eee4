/** What can be asked over the control socket: the calls of `Administration`, and `stop`. */
import type { z } from '@fsigk/plugin-api'
import type { ControlHandler } from '../control/control-server.js'
import { fail } from '../errors.js'
import { parsed } from './call.js'
import type { Administration } from './calls.js'
import { calls, isCallName } from './calls.js'

/** @param stop begins to stop the gateway once the answer is out, and tells its process id */
export function answerCalls(administration: Administration, stop: () => { readonly pid: number }): ControlHandler {
  return async ({ call: name, params }) => {
    if (name === 'stop') return stop()
    if (!isCallName(name)) throw fail('FSIGK_CONTROL_REQUEST', [`there is no call '${name}'`])
    const request: z.ZodType = calls[name].request
    return await administration[name](parsed(request, params ?? {}) as never)
  }
}
