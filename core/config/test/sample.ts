/** A small catalogue for tests: core's sections and a service with one setting of each type. */

import { Catalogue, coreSections, type SectionSchema, type ShippedTemplates } from '@fsigk/config'
import { choice, flag, integer, list, settingsSchema, text } from '@fsigk/plugin-api'

const said = (words: string) => ({
  label: { en: words, ja: `${words}(ja)` },
  help: { en: `${words}.`, ja: `${words}。` },
})

export const httpSection: SectionSchema = {
  ...settingsSchema('http', {
    svcport: text('9080', { maxBytes: 80, format: 'svcport' }, { ...said('Proxy port'), effect: 'rebind' }),
    action: choice('delete', ['pass', 'delete'], said('Action')),
    virus_check: flag(true, said('Virus check')),
    pre_spawn: integer(2000, { min: 1, max: 100_000 }, { ...said('Maximum connections'), unit: 'connections' }),
    parent_server_host: text('', { maxBytes: 255, format: 'host' }, said('Parent server')),
    pass_ext_list: list('', { maxBytes: 1999 }, said('Extensions')),
    connect_ports: text('443', { maxBytes: 200, format: 'ports' }, said('Ports of CONNECT')),
    local_to: text('', { maxBytes: 1999, format: 'access-list' }, said('Local destinations')),
    banner: text('', { maxBytes: 200, format: 'text' }, { ...said('Banner'), notInUseYet: true }),
  }),
  title: 'http',
}

export const catalogue = Catalogue.of([...coreSections, httpSection])

export const templates: ShippedTemplates = {
  en: {
    http: '<p>${DETECTION_NAME}</p>\n',
    http_error: '<p>${ERROR_STR}</p>\n',
    smtp: 'Subject: virus\n\n${MAILFROM}\n',
    smtp_lan: 'Subject: virus in the LAN\n\n${MAILFROM}\n',
    pop: 'Subject: virus\n\n${MESSAGE_ID}\n',
    admin: 'Subject: virus\n\n${URL}\n',
  },
  ja: {
    http: '<p>検出: ${DETECTION_NAME}</p>\n',
    http_error: '<p>${ERROR_STR}</p>\n',
    smtp: 'Subject: 検出\n\n${MAILFROM}\n',
    smtp_lan: 'Subject: LANで検出\n\n${MAILFROM}\n',
    pop: 'Subject: 検出\n\n${MESSAGE_ID}\n',
    admin: 'Subject: 検出\n\n${URL}\n',
  },
}
