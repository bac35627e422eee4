import type { Catalogue } from '../domain/catalogue.js'
import type { SettingDefinition } from '../domain/definition.js'
import { hostsAllowPrefix } from '../domain/formats.js'
import type { Language } from '../domain/templates.js'
import { type PrintContext, valueIn } from './face.js'

const head: Record<Language, readonly string[]> = {
  en: [
    'Access lists, in the notation of hosts_access(5); at most 2047 bytes a line.',
    "This file is written from the history of settings: change them by 'fsigk config set access.http_from=...'.",
  ],
  ja: [
    'アクセスリスト。書式はhosts_access(5)と同じです。1行は最大2047バイトです。',
    "このファイルは設定の履歴から書き出されます。変更には'fsigk config set access.http_from=...'を使用してください。",
  ],
}

/** `hosts.allow`: `http_from: 10. 192.168.`, several lines for a list of several lines. */
export function generatedHostsAllow({ catalogue, values, language }: PrintContext): string {
  const lists = hostsAllowSettings(catalogue).flatMap((setting) => {
    const { name, help } = setting
    const lines = String(valueIn(values, setting)).split('\n')
    const entries = lines.map((line) => `${hostsAllowPrefix(name)}${line}`.trimEnd())
    return ['', `# ${help[language].replace(/\s+/g, ' ')}`, ...entries]
  })
  return [...head[language].map((line) => `# ${line}`), ...lists, ''].join('\n')
}

export function hostsAllowSettings(catalogue: Catalogue): readonly SettingDefinition[] {
  return catalogue.definitions().filter(({ place }) => place === 'hosts.allow')
}
