#!/usr/bin/env node
// Writes the settings schemas of the plugin packages in the folders named (default: this one). Run after `tsc`.
import { writeSettingsSchema } from '../dist/src/write-settings-schema.js'

const folders = process.argv.slice(2)
for (const folder of folders.length > 0 ? folders : ['.']) await writeSettingsSchema(folder)
