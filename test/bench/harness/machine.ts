import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** What a reader needs to compare figures: processor, kernel, Node, and whether others were at work. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const memory = (totalmem() / 1024 ** 3).toFixed(0)
  const busy = loadavg()[0] ?? 0
  return [
    `${model}, ${availableParallelism()} processors, ${memory} GB; ${distribution()}, Linux ${release()}; Node ${process.versions.node}`,
    `load before the run ${busy.toFixed(2)}${busy > 0.5 ? ' (others are at work: expect wide scatter)' : ''}`,
  ].join('\n')
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  } catch {
    return 'Linux'
  }
}
