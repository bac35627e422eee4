import { spawnSync } from 'node:child_process'

/** Runs `script` with the values as JSON on its input; what it prints is the answer, as JSON. */
export function askPython(script: string, values: unknown): unknown {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', script], { input: JSON.stringify(values) })
  if (status !== 0) throw new Error(`python3: ${stderr.toString()}`)
  return JSON.parse(stdout.toString())
}
