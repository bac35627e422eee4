import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Conversations } from '../src/index.js'

test('conversations are told once that their own service drains, and those that are over are not', async () => {
  const conversations = new Conversations()
  const [service, other] = [new AbortController(), new AbortController()]
  const told: string[] = []
  const begin = (name: string, { signal }: AbortController) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const held = conversations.hold({ hold: () => promise, drain: () => void told.push(name) }, signal)
    return async () => {
      resolve()
      await held
    }
  }
  const ends = [begin('first', service), begin('over', service), begin('of another', other), begin('second', service)]
  await ends[1]?.()
  service.abort()
  assert.deepEqual(told, ['first', 'second'])
  for (const end of ends) await end()
  other.abort()
  assert.deepEqual(told, ['first', 'second'])
})

test('what ends a conversation in error is thrown, and it is over', async () => {
  const conversations = new Conversations()
  const service = new AbortController()
  let told = 0
  const failing = { hold: () => Promise.reject(new Error('broken')), drain: () => void told++ }
  await assert.rejects(conversations.hold(failing, service.signal), /broken/)
  service.abort()
  assert.equal(told, 0)
})
