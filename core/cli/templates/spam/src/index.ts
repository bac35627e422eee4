import { definePlugin } from '@fsigk/plugin-api'
import { SECTION } from './names.js'
import { settings } from './settings.js'
import { WordFilter } from './word-filter.js'

export default definePlugin({ kind: 'spam', section: SECTION, settings, plugin: WordFilter })
