// Brings a clone to where it can run: dependencies installed, sources compiled, settings schemas written.
// Does only what is not done yet. Parses under Node 20 and imports nothing that an install brings.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { carriedNode } from './carried-node.js'

/** The folder of the clone's root package.json. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')

const modified = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0)

/** Runs a command in the clone with this terminal; ends this process with its exit code when it fails. */
export function run(title, command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status === 0) return
  process.stderr.write(`${title} failed${error ? `: ${error.message}` : ''}\n`)
  process.exit(status || 2)
}

/** Installs the dependencies of the lockfile when they are missing or older than it. */
export function install() {
  const installed = join(root, 'node_modules/.package-lock.json')
  if (modified(installed) >= modified(join(root, 'package-lock.json'))) return
  process.stdout.write('Installing dependencies (npm ci) …\n')
  run('npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
}

/** Compiles what changed, and writes the settings schema of each plugin that was compiled anew. */
export function build() {
  run('The build', carriedNode() ?? process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'])
  const stale = readdirSync(join(root, 'plugins'))
    .map((name) => join(root, 'plugins', name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .filter((folder) => modified(join(folder, 'dist/settings.schema.json')) < newestSource(folder))
  if (stale.length > 0)
    run('Writing settings schemas', carriedNode() ?? process.execPath, [
      join(root, 'core/plugin-api/bin/settings-schema.js'),
      ...stale,
    ])
}

/** A schema depends on the plugin's compiled code and on the builders of plugin-api. */
function newestSource(folder) {
  const folders = [join(folder, 'dist/src'), join(root, 'core/plugin-api/dist/src')]
  return Math.max(...folders.flatMap((dist) => readdirSync(dist).map((file) => modified(join(dist, file)))))
}
