/** `hosts.allow`. A list without a line is empty, as for tcp_wrappers: nobody is in it. */
import type { Catalogue } from '../domain/catalogue.js'
import { hostsAllowPrefix } from '../domain/formats.js'
import { renderValue } from '../domain/values.js'
import { utf8ByteText } from './bytes.js'
import { continued, hostsAllowTokens } from './entries.js'
import { type Notation, readEntries } from './entry-face.js'
import type { Face } from './face.js'
import { generatedHostsAllow, hostsAllowSettings } from './generated-hosts-allow.js'
import { printEntries } from './print-entries.js'

const notation: Notation = {
  tokens: hostsAllowTokens,
  definitions: hostsAllowSettings,
  find: (catalogue, _group, name) => hostsAllowSettings(catalogue).find((setting) => setting.name === name),
  nameFault: (catalogue, name) => {
    const services = name.split(/[\s,\\]+/)
    const known = services.find((service) => isService(catalogue, service))
    return services.length > 1 && known !== undefined
      ? `names ${services.length} services; write a line for each, like '${known}: ...'`
      : undefined
  },
  groupOf: () => '',
  joinsLines: true,
  absent: () => '',
  linesOf: (_definition, value) => renderValue(value).split('\n'),
  textOf: (_definition, lines) => lines.join('\n'),
  said: (raw) => continued(raw).replace(/^[ \t]+|[ \t]+$/g, ''),
  newLine: ({ name }, line) => hostsAllowPrefix(name) + line,
  heading: () => undefined,
}

function isService(catalogue: Catalogue, name: string): boolean {
  return hostsAllowSettings(catalogue).some((setting) => setting.name === name)
}

export const hostsAllowFace: Face = {
  file: 'hosts.allow',
  isShown: (catalogue) => hostsAllowSettings(catalogue).length > 0,
  read: (file, catalogue) => readEntries(file, notation, catalogue),
  generate: (context) => utf8ByteText(generatedHostsAllow(context)),
  print: (layout, context) => printEntries(layout, notation, context),
}
