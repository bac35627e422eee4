import { definePlugin } from '@fsigk/plugin-api'
import { MarkerScanner } from './marker-scanner.js'
import { SECTION } from './names.js'
import { settings } from './settings.js'

export default definePlugin({ kind: 'scanner', section: SECTION, settings, plugin: MarkerScanner })
