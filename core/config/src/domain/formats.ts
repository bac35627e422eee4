/** Notations of texts beyond their size: one check a format. */
import type { SettingFormat } from '@fsigk/plugin-api'
import { parseAccessList } from './access-list-parse.js'
import { isBroken, type TextDefinition } from './definition.js'
import { parseHost } from './host-name.js'
import { parsePorts } from './ports.js'
import { parseSvcport } from './svcport.js'
import { utf8Bytes } from './utf8.js'

/** Guide 7.2. */
export const MAX_HOSTS_ALLOW_LINE_BYTES = 2047

/** The beginning of a setting's lines in hosts.allow. */
export function hostsAllowPrefix(name: string): string {
  return `${name}: `
}

const checks: Record<SettingFormat, (value: string, definition: TextDefinition) => string | undefined> = {
  svcport: (value) => ruleOf(parseSvcport(value)),
  host: (value) => (value === '' ? undefined : ruleOf(parseHost(value))),
  ports: (value) => ruleOf(parsePorts(value)),
  'access-list': accessListFault,
  folder: folderFault,
  log: logFault,
  list: () => undefined,
  text: () => undefined,
}

/** The rule of its format that a text breaks; undefined when it keeps them. */
export function formatFault(definition: TextDefinition, value: string): string | undefined {
  return definition.format === undefined ? undefined : checks[definition.format](value, definition)
}

function ruleOf(result: object): string | undefined {
  return isBroken(result) ? result.rule : undefined
}

function accessListFault(value: string, definition: TextDefinition): string | undefined {
  if (definition.place === 'hosts.allow') {
    for (const [index, line] of value.split('\n').entries()) {
      const bytes = utf8Bytes(hostsAllowPrefix(definition.name) + line)
      if (bytes > MAX_HOSTS_ALLOW_LINE_BYTES) {
        return (
          `makes line ${index + 1} of hosts.allow ${bytes} bytes long; at most ${MAX_HOSTS_ALLOW_LINE_BYTES} are allowed. ` +
          `Write the hosts to a file and name its path here (/etc/fsigk_${definition.name}_list.txt), or specify several lines`
        )
      }
    }
  }
  return ruleOf(parseAccessList(value))
}

/** Empty means the default below `$FSIGK_HOME`; a relative path would mean another folder to each process. */
function folderFault(value: string): string | undefined {
  if (value === '') return undefined
  if (!value.startsWith('/')) return 'must be an absolute path, or empty'
  return /(^|\/)\.\.(\/|$)/.test(value) ? "must not contain '..'" : undefined
}

/** Guide 9.5: a file, or a command behind `|`. Empty means the default file below `$FSIGK_HOME`. */
function logFault(value: string): string | undefined {
  if (value === '') return undefined
  if (value.startsWith('|')) return value.slice(1).trim() === '' ? "must name a command behind '|'" : undefined
  if (!value.startsWith('/')) return "must be an absolute path, '|' and a command, or empty"
  if (value.endsWith('/')) return 'must be the path of a file, not of a folder'
  return folderFault(value)
}
