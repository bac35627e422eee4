import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountLine, isPasswordOf, parseAccount } from '../src/passwords.js'

test('an account that was made is that of its password alone', async () => {
  const account = parseAccount(await accountLine('ann', 'パスワード'))
  assert.equal(account?.user, 'ann')
  assert.equal(await isPasswordOf(account, 'パスワード'), true)
  assert.equal(await isPasswordOf(account, 'password'), false)
  assert.equal(await isPasswordOf(undefined, 'パスワード'), false)
})

test('two accounts with one password have different hashes', async () => {
  assert.notEqual(await accountLine('ann', 'same'), await accountLine('ann', 'same'))
})

test('what has not the shape of an account is none', () => {
  for (const line of ['', 'ann', 'ann::', 'ann:00:00', ':00:00']) assert.equal(parseAccount(line), undefined)
})
