/** The templates that ship with the product, as data; reading them from a folder is elsewhere. */

export const languages = ['en', 'ja'] as const
export type Language = (typeof languages)[number]

/** Settings of the section `template`, each with the file of conf/ that shows it (guide 7.1.1.1 to 7.1.1.5). */
export const templateFiles = {
  http: 'template_http.html',
  http_error: 'template_http_error.html',
  smtp: 'template_smtp.txt',
  smtp_lan: 'template_smtp_lan.txt',
  pop: 'template_pop.txt',
  admin: 'template_admin.txt',
} as const
export type TemplateName = keyof typeof templateFiles

/** Guide 7.1. */
export const MAX_TEMPLATE_BYTES = 9000

export type ShippedTemplates = Readonly<Record<Language, Readonly<Record<TemplateName, string>>>>

export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(templateFiles, name)
}

export function shippedTemplate(templates: ShippedTemplates, language: Language, name: string): string {
  return isTemplateName(name) ? templates[language][name] : ''
}
