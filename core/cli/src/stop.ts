/** `fsigk stop`: stops the gateway that runs on the home, and returns when it is gone. */
import { type Place, stopGateway } from '@fsigk/host'
import { isFsigk } from '@fsigk/plugin-api'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from './command.js'
import type { ExitCode } from './exit-code.js'
import { printJson, printLine } from './print.js'

export function stopCommand(): Command {
  return does(command('stop', 'stop the gateway; what is under way may finish (common.drain_timeout)'), stop)
}

/** 1: none was running. */
async function stop(place: Place, { json }: CommonOptions): Promise<ExitCode> {
  try {
    const pid = await stopGateway(place)
    if (json) printJson({ stopped: true, pid })
    else printLine(`stopped (process ${pid})`)
    return 0
  } catch (error) {
    if (!isFsigk(error, 'FSIGK_NOT_RUNNING')) throw error
    if (json) printJson({ stopped: false })
    else printLine(error.message)
    return 1
  }
}
