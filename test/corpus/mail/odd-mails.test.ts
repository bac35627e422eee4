import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EICAR } from '../../peers/samples.js'
import { allReadings } from './all-readings.js'
import { oddMails, oddMailsWith } from './odd-mails.js'

const HARMLESS = Buffer.from('The minutes of Tuesday, of which nobody need be afraid in any way..')

describe(`the corpus of ${oddMails.length} odd mails:`, () => {
  test('no two are alike', () => {
    assert.equal(new Set(oddMails.map(({ title }) => title)).size, oddMails.length)
    assert.equal(new Set(oddMails.map(({ message }) => message.toString('latin1'))).size, oddMails.length)
  })

  for (const { title, message } of oddMails)
    test(`the walker gives the file, or refuses the form: ${title}`, async () => {
      const { bodies, threats, fault } = await allReadings(message)
      const isGiven = [message, ...bodies].some((body) => body.includes(EICAR))
      assert.ok(isGiven || threats.length > 0 || fault !== undefined)
    })

  test('what is as the RFCs have it is neither refused nor beyond the bounds', async () => {
    for (const { title, message, isValid } of oddMailsWith(HARMLESS)) {
      if (isValid !== true) continue
      const { threats, unscanned, fault } = await allReadings(message)
      assert.deepEqual({ threats, unscanned, fault }, { threats: [], unscanned: [], fault: undefined }, title)
    }
  })
})
