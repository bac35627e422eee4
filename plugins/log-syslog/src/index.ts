import { definePlugin } from '@fsigk/plugin-api'
import { settings } from './settings.js'
import { SyslogSink } from './syslog-sink.js'

export default definePlugin({ kind: 'log', section: 'log_syslog', settings, plugin: SyslogSink })
