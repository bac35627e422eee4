// Finds a Node of the release line that the product targets, and goes on under it. Parses under Node 20 and later.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const WANTED_MAJOR = 24

/** Path of a Node 24 or later: the one that runs this, else the one carried in node_modules. Undefined when there is none. */
export function carriedNode() {
  if (Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR) return process.execPath
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const node = join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
    if (existsSync(node)) return node
  }
  return undefined
}

/** Runs a script under that Node with this process's terminal, passes signals on, and ends as it ends. */
export function goOnUnderCarriedNode(script, args) {
  const node = carriedNode()
  if (node === undefined) {
    process.stderr.write(
      `fsigk needs Node ${WANTED_MAJOR} or later; this is ${process.version} and none is carried in node_modules. Run 'npm ci' first, or install Node ${WANTED_MAJOR}.\n`,
    )
    process.exit(2)
  }
  const child = spawn(node, [script, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`fsigk: cannot run ${node}: ${error.message}\n`)
    process.exit(2)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 2)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}
