import { definePlugin } from '@fsigk/plugin-api'
import { SECTION } from './names.js'
import { settings } from './settings.js'
import { WebHook } from './web-hook.js'

export default definePlugin({ kind: 'notifier', section: SECTION, settings, plugin: WebHook })
