import { z } from 'zod'

/** The version of this contract. A plugin names the one that it was built for. */
export const PLUGIN_API_VERSION = 1

export const pluginKinds = ['protocol', 'scanner', 'spam', 'auth', 'notifier', 'log'] as const
export type PluginKind = (typeof pluginKinds)[number]

/** Shown as it is, on terminals too. */
const shownText = z
  .string()
  .min(1)
  .regex(/^[^\x00-\x1f\x7f-\x9f]*$/, 'one line without control characters')

/** A text that people read, in the languages of the product. */
export const localised = z.object({ en: shownText, ja: shownText })
export type Localised = z.infer<typeof localised>

/**
 * What the host may take for granted of a scanner, so as to ask it less.
 *
 * `cost`: a `cheap` one needs less time for a small content than a look into shared memory, tens of microseconds; it
 * begins before the costly ones.
 *
 * `judgesBy`: what its reports depend on, beside its code, its settings and `definitions`, which must change whenever it
 * may say otherwise. `bytes`: those of the content alone. `name`: also its name and type. Its reports are remembered
 * then for as long as the settings say. `moment`: anything else, a server's list or the time; it is asked each time.
 */
export const scannerTraits = z.strictObject({
  cost: z.enum(['cheap', 'costly']).default('costly'),
  judgesBy: z.enum(['bytes', 'name', 'moment']).default('moment'),
})

/**
 * The `fsigk` block of a plugin's package.json. The host checks it before any of the plugin's code is loaded.
 *
 * `settings` is a path inside the package to the JSON Schema that the plugin's build writes.
 * `scanner`: for a scanner.
 * `isolation`: `inline` is for plugins that ship with the product; others run in a worker thread or a process.
 */
export const pluginManifest = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case words joined by "-"')
    .max(64),
  kind: z.enum(pluginKinds),
  title: localised,
  api: z.int().positive(),
  settings: z
    .string()
    .regex(/^\.\/(?!.*\.\.).+\.json$/, 'a path inside the package, ending in .json')
    .optional(),
  scanner: scannerTraits.optional(),
  isolation: z.enum(['inline', 'worker', 'process']).default('worker'),
})
export type PluginManifest = z.infer<typeof pluginManifest>
