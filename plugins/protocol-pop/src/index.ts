import { definePlugin } from '@fsigk/plugin-api'
import { PopProxy } from './pop-proxy.js'
import { settings } from './settings.js'

export default definePlugin({ kind: 'protocol', section: 'pop', settings, plugin: PopProxy })
