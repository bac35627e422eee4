import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callWith, noticeOf } from '@fsigk/testing'
import { WebHook } from '../src/web-hook.js'
import { startReceiver } from './receiver.js'

test('a notice is posted as JSON', async () => {
  await using receiver = await startReceiver()
  await new WebHook().notify(noticeOf('ウイルス "x"\n'), callWith({ url: receiver.url }) as never)
  assert.deepEqual(JSON.parse(await receiver.received()), {
    from: 'fsigk@example.org',
    to: ['admin@example.org'],
    headers: 'Subject: virus found\r\n',
    text: 'ウイルス "x"\n',
  })
})

for (const [says, urlOf, error] of [
  ['is refused', (url: string) => url.replace('/notices', '/refused'), /answered 503/],
  ['has no address', () => '', /no http\(s\) URL/],
  ['has an address of another kind', () => 'file:///etc/passwd', /no http\(s\) URL/],
] as const)
  test(`a notice that ${says} is not delivered`, async () => {
    await using receiver = await startReceiver()
    const sent = new WebHook().notify(noticeOf('text'), callWith({ url: urlOf(receiver.url) }) as never)
    await assert.rejects(sent, error)
  })
