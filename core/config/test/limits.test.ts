/** Limits that the guide counts in characters. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Catalogue } from '@fsigk/config'
import { settingsSchema, spamSettings } from '@fsigk/plugin-api'

test('a limit of the guide in characters counts characters, not bytes', () => {
  const catalogue = Catalogue.of([
    { ...settingsSchema('mail', spamSettings(['pass', 'change_subject'])), title: 'mail' },
  ])
  const key = 'mail.spam_change_subject_prefix'
  assert.deepEqual(catalogue.parse(key, '迷'.repeat(99)), { value: '迷'.repeat(99) })
  assert.deepEqual(catalogue.parse(key, '迷'.repeat(100)), {
    rule: 'is 100 characters long; at most 99 are allowed',
  })
})
