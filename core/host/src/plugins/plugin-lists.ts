/** Which plugins a list of the section `plugins` may name: those that there are, of its kind, each once. */
import type { SettingValue, WantedRules } from '@fsigk/config'
import { listWords, type PluginKind } from '@fsigk/plugin-api'
import type { FoundPlugins } from './find-plugins.js'

/** The setting that lists the plugins of a kind at work. A protocol is switched by its own section instead. */
export const pluginLists: Readonly<Record<Exclude<PluginKind, 'protocol'>, string>> = {
  scanner: 'plugins.scanners',
  spam: 'plugins.spam_filters',
  auth: 'plugins.authenticators',
  notifier: 'plugins.notifiers',
  log: 'plugins.log_sinks',
}

const kindNames: Readonly<Record<PluginKind, string>> = {
  protocol: 'a protocol',
  scanner: 'a scanner',
  spam: 'a spam filter',
  auth: 'an authenticator',
  notifier: 'a notifier',
  log: 'a log sink',
}

/** Whether a setting lists plugins at work. */
export function isPluginList(key: string): boolean {
  return Object.values(pluginLists).includes(key)
}

export function pluginListRules(found: FoundPlugins): WantedRules {
  const kinds = Object.keys(pluginLists) as (keyof typeof pluginLists)[]
  return new Map(kinds.map((kind) => [pluginLists[kind], (value, inForce) => brokenRule(kind, value, inForce, found)]))
}

/** A plugin that is listed already may stay so while it is away: that is how the others are changed meanwhile. */
function brokenRule(
  kind: keyof typeof pluginLists,
  value: SettingValue,
  inForce: SettingValue | undefined,
  found: FoundPlugins,
): string | undefined {
  const ids = listWords(String(value))
  const twice = ids.find((id, at) => ids.indexOf(id) !== at)
  if (twice !== undefined) return `names '${twice}' twice`
  const listed = listWords(String(inForce ?? ''))
  const unknown = ids.find(
    (id) => !listed.includes(id) && !found.plugins.some((each) => each.id === id && each.kind === kind),
  )
  return unknown === undefined ? undefined : whyNot(unknown, kind, found)
}

function whyNot(id: string, kind: keyof typeof pluginLists, { plugins, leftOut }: FoundPlugins): string {
  const other = plugins.find((plugin) => plugin.id === id)
  if (other !== undefined) return `'${id}' is ${kindNames[other.kind]}, and ${kindNames[kind]} is needed`
  const out = leftOut.find((plugin) => plugin.id === id)
  if (out !== undefined) return `'${id}' was left out: ${out.because}`
  const there = plugins.flatMap((plugin) => (plugin.kind === kind ? [plugin.id] : []))
  const what = there.length === 0 ? `there is none of that kind` : `there are ${there.join(', ')}`
  return `there is no plugin '${id}' to be ${kindNames[kind]}; ${what}`
}
