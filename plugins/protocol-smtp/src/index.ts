import { definePlugin } from '@fsigk/plugin-api'
import { settings } from './settings.js'
import { SmtpProxy } from './smtp-proxy.js'

export default definePlugin({ kind: 'protocol', section: 'smtp', settings, plugin: SmtpProxy })
