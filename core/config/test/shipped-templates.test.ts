/** The templates that ship: readable, small, self-contained, the same in both languages. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { allShippedTemplates, Catalogue, coreSections, languages, shippedTemplates } from '@fsigk/config'
import { isFsigk } from '@fsigk/plugin-api'

const folder = fileURLToPath(new URL('../../../../conf/templates', import.meta.url))
const templates = await allShippedTemplates(folder)

/** Guide 7.3. */
const guideVariables = new Set(
  (
    'SERVICE_TYPE DETECTION_NAME VIRUS_INFO_URL CLIENT_HOST CLIENT_ADDR SERVER_HOST SERVER_ADDR STATUS METHOD URL ' +
    'CONTENT_TYPE CONTENT_LENGTH FILENAME QUARANTINE_FILE TIME TIME_STR HEADER TEXT MAILFROM RCPTTO MESSAGE_ID ' +
    'ERROR_STR ACTION PATH_QUERY X_FORWARDED_FOR'
  ).split(' '),
)

function variablesOf(text: string): string[] {
  return [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name ?? '').sort()
}

for (const language of languages) {
  for (const [name, text] of Object.entries(templates[language])) {
    test(`the ${language} template '${name}' is a valid value of its setting and uses the guide's variables`, () => {
      const key = `template.${name}`
      assert.deepEqual(Catalogue.of(coreSections).parse(key, text), { value: text })
      for (const variable of variablesOf(text)) assert.ok(guideVariables.has(variable), variable)
      assert.ok(variablesOf(text).length >= 4)
    })
  }

  for (const name of ['http', 'http_error'] as const) {
    test(`the ${language} page '${name}' says its language and character set, and loads and runs nothing`, () => {
      const page = templates[language][name]
      assert.match(page, new RegExp(`^<!DOCTYPE html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">`))
      assert.match(page, /<title>[^<]+<\/title>[\s\S]*<main>[\s\S]*<h1>/)
      assert.doesNotMatch(page, /<script|<link|<img|<iframe|\bon\w+=|\bsrc=|\bhref=|url\(|@import|https?:/i)
    })
  }

  for (const name of ['smtp', 'smtp_lan', 'pop', 'admin'] as const) {
    test(`the ${language} mail '${name}' begins with header fields and a blank line`, () => {
      assert.match(templates[language][name], /^Subject: .+\n\n/)
    })
  }
}

test('both languages tell the same', () => {
  for (const name of ['http', 'http_error', 'smtp', 'smtp_lan', 'pop', 'admin'] as const)
    assert.deepEqual(variablesOf(templates.ja[name]), variablesOf(templates.en[name]))
})

test('a template that is missing, too long or not UTF-8 is named', async (context) => {
  const broken = mkdtempSync(join(tmpdir(), 'fsigk-templates-'))
  context.after(() => rmSync(broken, { recursive: true }))
  mkdirSync(join(broken, 'en'))
  const refusedNaming = (words: RegExp) =>
    assert.rejects(shippedTemplates(broken, 'en'), (error) => {
      assert.ok(isFsigk(error, 'FSIGK_TEMPLATE_UNREADABLE'))
      assert.match(error.message, words)
      return true
    })
  for (const name of ['http.html', 'smtp.txt', 'smtp_lan.txt', 'pop.txt', 'admin.txt'])
    writeFileSync(join(broken, 'en', `template_${name}`), 'x')
  await refusedNaming(/template_http_error\.html.*ENOENT/)
  writeFileSync(join(broken, 'en', 'template_http_error.html'), 'x'.repeat(9001))
  await refusedNaming(/template_http_error\.html.*9001 bytes long, over 9000/)
  writeFileSync(join(broken, 'en', 'template_http_error.html'), Buffer.from([0x82, 0xa0]))
  await refusedNaming(/template_http_error\.html.*not UTF-8/)
})
