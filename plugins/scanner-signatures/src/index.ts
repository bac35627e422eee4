import { definePlugin } from '@fsigk/plugin-api'
import { settings } from './settings.js'
import { SignatureScanner } from './signature-scanner.js'

export default definePlugin({
  kind: 'scanner',
  section: 'scanner_signatures',
  settings,
  plugin: SignatureScanner,
})
