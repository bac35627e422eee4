import { notInUseYet, type SettingsShape, settingsSchema } from '@fsigk/plugin-api'
import type { SectionSchema } from '../domain/section-schema.js'
import { access } from './access.js'
import { common } from './common.js'
import { config } from './config.js'
import { definitions } from './definitions.js'
import { ftp } from './ftp.js'
import { plugins } from './plugins.js'
import { spam } from './spam.js'
import { templates } from './template.js'

/** The settings that core itself declares; a service's own come with its protocol plugin. */
export const coreSections: readonly SectionSchema[] = [
  placeholder('ftp', ftp),
  section('common', common),
  placeholder('spam', spam),
  placeholder('definitions', definitions),
  section('config', config),
  section('plugins', plugins),
  section('access', access),
  section('template', templates),
]

function section(title: string, shape: SettingsShape): SectionSchema {
  return { ...settingsSchema(title, shape), title }
}

/** Its settings are accepted and kept, so that configurations of today are whole; the plugin that declares the section replaces it. */
function placeholder(title: string, shape: SettingsShape): SectionSchema {
  return { ...section(title, notInUseYet(shape)), placeholder: true }
}
