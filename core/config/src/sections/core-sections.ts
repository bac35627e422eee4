import { type SettingsShape, settingsSchema } from '@fsigk/plugin-api'
import type { SectionSchema } from '../domain/section-schema.js'
import { access } from './access.js'
import { common } from './common.js'
import { plugins } from './plugins.js'
import { templates } from './template.js'

/** The settings that core itself declares; a service's own come with its protocol plugin. */
export const coreSections: readonly SectionSchema[] = [
  section('common', common),
  section('plugins', plugins),
  section('access', access),
  section('template', templates),
]

function section(title: string, shape: SettingsShape): SectionSchema {
  return { ...settingsSchema(title, shape), title }
}
