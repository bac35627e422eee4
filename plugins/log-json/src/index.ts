import { definePlugin } from '@fsigk/plugin-api'
import { JsonSink } from './json-sink.js'
import { settings } from './settings.js'

export default definePlugin({ kind: 'log', section: 'log_json', settings, plugin: JsonSink })
