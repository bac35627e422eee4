import { definePlugin } from '@fsigk/plugin-api'
import { MailNotifier } from './mail-notifier.js'
import { settings } from './settings.js'

export default definePlugin({ kind: 'notifier', section: 'notifier_mail', settings, plugin: MailNotifier })
