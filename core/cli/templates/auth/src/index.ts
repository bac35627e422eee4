import { definePlugin } from '@fsigk/plugin-api'
import { AccountList } from './account-list.js'
import { SECTION } from './names.js'
import { settings } from './settings.js'

export default definePlugin({ kind: 'auth', section: SECTION, settings, plugin: AccountList })
