/**
 * `fsigk.ini` as nobody shaped it by hand: every setting with its value, in the guide's sections and under its names. No revision and no time
 * stands in it, so that equal settings give equal bytes.
 */
import type { SettingDefinition } from '../domain/definition.js'
import { limitText } from '../domain/limit-text.js'
import type { Language } from '../domain/templates.js'
import { type PrintContext, valueIn } from './face.js'
import { lineOfValue } from './value-text.js'

interface Words {
  readonly head: readonly string[]
  readonly initial: string
  readonly limit: string
  readonly empty: string
  readonly notInUseYet: string
  readonly stop: string
}

const words: Record<Language, Words> = {
  en: {
    head: [
      'All settings of the gateway, with their values now.',
      "This file is written from the history of settings: change them by 'fsigk config set'.",
      'Access lists stand in hosts.allow, messages in template_*.',
    ],
    initial: 'Default',
    limit: 'Values',
    empty: '(empty)',
    notInUseYet: 'Not in use yet',
    stop: '. ',
  },
  ja: {
    head: [
      'ゲートウェイの全設定と現在の値です。',
      "このファイルは設定の履歴から書き出されます。変更には'fsigk config set'を使用してください。",
      'アクセスリストはhosts.allowに、メッセージはtemplate_*にあります。',
    ],
    initial: '既定値',
    limit: '設定値',
    empty: '(空)',
    notInUseYet: '未使用の設定です',
    stop: '。',
  },
}

export function generatedIni({ catalogue, values, language }: PrintContext): string {
  const head = words[language].head.map((line) => `# ${line}\n`).join('')
  const sections = catalogue.sections().map((section) => {
    const settings = catalogue.definitions(section).filter(({ place }) => place === 'fsigk.ini')
    if (settings.length === 0) return ''
    const lines = settings.map((setting) => {
      return `${comment(setting, language)}${setting.name}=${lineOfValue(setting, valueIn(values, setting))}\n`
    })
    return `\n[${section}]\n${lines.join('')}`
  })
  return head + sections.join('')
}

/** One line: help, default, limit. A plugin's words may hold line ends, which must not become settings. */
function comment(setting: SettingDefinition, language: Language): string {
  const { initial, limit, empty, notInUseYet, stop } = words[language]
  const facts = [
    `${initial}: ${lineOfValue(setting, setting.default) || empty}`,
    `${limit}: ${limitText(setting, language)}`,
    ...(setting.notInUseYet ? [notInUseYet] : []),
  ]
  const line = `${setting.help[language]} ${facts.map((fact) => fact + stop).join('')}`
  return `# ${line.replace(/\s+/g, ' ').trim()}\n`
}
