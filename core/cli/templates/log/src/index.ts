import { definePlugin } from '@fsigk/plugin-api'
import { SECTION } from './names.js'
import { settings } from './settings.js'
import { TcpSink } from './tcp-sink.js'

export default definePlugin({ kind: 'log', section: SECTION, settings, plugin: TcpSink })
