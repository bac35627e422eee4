import { definePlugin } from '@fsigk/plugin-api'
import { ClamavScanner } from './clamav-scanner.js'
import { settings } from './settings.js'

export default definePlugin({ kind: 'scanner', section: 'scanner_clamav', settings, plugin: ClamavScanner })
