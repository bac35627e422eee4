import { definePlugin } from '@fsigk/plugin-api'
import { LineRelay } from './line-relay.js'
import { SECTION } from './names.js'
import { settings } from './settings.js'

export default definePlugin({ kind: 'protocol', section: SECTION, settings, plugin: LineRelay })
