import { definePlugin } from '@fsigk/plugin-api'
import { HttpProxy } from './http-proxy.js'
import { settings } from './settings.js'

export default definePlugin({ kind: 'protocol', section: 'http', settings, plugin: HttpProxy })
