import { PLUGIN_API_VERSION, type PluginKind } from '@fsigk/plugin-api'
import { type Kit, tarballName } from './kit.js'
import type { PluginNames } from './plugin-name.js'

/**
 * The package.json of a new plugin. What comes with the product is taken from `vendor/`; tools and what the product
 * needs of others are named by their exact versions, as this release uses them. The host brings the contract along at
 * run time, so that nothing stands among the dependencies.
 */
export function packageJson({ id, title }: PluginNames, kind: PluginKind, kit: Kit): Readonly<Record<string, unknown>> {
  const carried = kit.packages.map((each): [string, string] => [each.name, `file:vendor/${tarballName(each)}`])
  const devDependencies = Object.fromEntries(
    [...carried, ...Object.entries(kit.tools)].sort(([one], [other]) => (one < other ? -1 : 1)),
  )
  return {
    name: id,
    version: '0.1.0',
    description: `${title}: a plugin for fsigk.`,
    license: 'UNLICENSED',
    type: 'module',
    engines: { node: '>=24' },
    exports: {
      '.': { types: './dist/src/index.d.ts', default: './dist/src/index.js' },
      './conformance': './dist/test/subject.js',
      './package.json': './package.json',
    },
    files: ['dist', '!dist/test/*.test.*', '!**/*.map'],
    scripts: {
      build: 'tsc && fsigk-settings-schema',
      format: 'biome check --write .',
      lint: 'biome check .',
      test: 'npm run build && node --test "dist/test/**/*.test.js"',
    },
    fsigk: {
      id,
      kind,
      title: { en: title, ja: title },
      api: PLUGIN_API_VERSION,
      settings: './dist/settings.schema.json',
      isolation: 'worker',
    },
    devDependencies,
  }
}
