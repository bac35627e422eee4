/** Writes the settings schema of the plugin package in a folder to the path that its manifest names. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PluginDefinition } from './define-plugin.js'
import { pluginManifest } from './manifest.js'
import { settingsSchema } from './settings.js'

/**
 * @param folder a built plugin package
 * @throws when its package.json has no valid `fsigk` block, or its code does not load
 */
export async function writeSettingsSchema(folder: string): Promise<void> {
  const packageJson = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const manifest = pluginManifest.parse(packageJson.fsigk)
  if (manifest.settings === undefined) return
  const entry = join(folder, packageJson.exports['.'].default)
  const { default: definition } = (await import(pathToFileURL(entry).href)) as { default: PluginDefinition }
  const schema = settingsSchema(definition.section, definition.settings)
  await writeFile(join(folder, manifest.settings), `${JSON.stringify(schema, undefined, 2)}\n`)
}
