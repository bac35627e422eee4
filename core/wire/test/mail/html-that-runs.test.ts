import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bodies } from './read.js'

const options = { text: true, wholeHtml: false }

async function reduced(html: string, chunkBytes?: number): Promise<string> {
  const [body = ''] = await bodies(`Content-Type: text/html\r\n\r\n${html}`, options, chunkBytes)
  return body
}

const shown: readonly { readonly says: string; readonly html: string }[] = [
  { says: 'text in a tag', html: '<p>PAYLOAD</p>' },
  { says: 'text without a tag', html: 'PAYLOAD' },
  { says: 'text behind a script', html: '<script>x</script>PAYLOAD' },
  { says: 'text behind a comment', html: '<!--[if mso]><style>a</style><![endif]-->PAYLOAD' },
  { says: 'text behind a type of document', html: '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN">PAYLOAD<p>' },
  { says: 'text with a sign', html: '<p>1 < 2 PAYLOAD</p>' },
  { says: 'text behind a value with a sign', html: '<p title="a>b">PAYLOAD</p>' },
]

const running: readonly { readonly says: string; readonly html: string }[] = [
  { says: 'a script', html: '<script>PAYLOAD</script>' },
  { says: 'a script of another name space', html: '<svg:script>PAYLOAD</svg:script>' },
  { says: 'a script that compares', html: '<script>if (a<b || b>c) PAYLOAD</script>' },
  { says: 'a script that does not end', html: '<script>PAYLOAD' },
  { says: 'a script in a script', html: '<script><!--<script></script>PAYLOAD</script>' },
  { says: 'a style', html: '<style>PAYLOAD</style>' },
  { says: 'a comment', html: '<!--[if IE]>PAYLOAD<![endif]-->' },
  { says: 'a comment that some end at once', html: '<!--><script>a --> PAYLOAD</script>' },
  { says: 'a comment that some end at a sign', html: '<!-- --!><script>a --> PAYLOAD</script>' },
  { says: 'a comment with half a script', html: '<!-- <script> --> PAYLOAD </script>' },
  { says: 'an attribute', html: '<a href="data:PAYLOAD">x</a>' },
  { says: 'an attribute behind a sign', html: '<a title="a>b" onclick="PAYLOAD">x</a>' },
  { says: 'an attribute in apostrophes', html: "<a onclick='a>PAYLOAD'>x</a>" },
  { says: 'an attribute without marks', html: '<a onclick=PAYLOAD>x</a>' },
  { says: 'a quotation mark that begins no value', html: '<p "> x <script>a">PAYLOAD</script>' },
  { says: 'an apostrophe in a value', html: "<a title=don't><script>a='x'; a>b; PAYLOAD</script>" },
  { says: 'UTF-16', html: `\xff\xfe${[...'<script>PAYLOAD</script>'].map((each) => `${each}\0`).join('')}` },
  { says: 'UTF-7', html: '+ADw-script+AD4-PAYLOAD' },
  { says: 'a link', html: '<link rel=stylesheet href=PAYLOAD>' },
  { says: 'a frame', html: '<iframe srcdoc="<b>PAYLOAD</b>">' },
  { says: 'a declaration of XML', html: '<?xml version="1.0" PAYLOAD?>' },
]

const holds = (html: string) => html.replaceAll('\0', '').includes('PAYLOAD')

describe('[SMTP-21] HTML reduced to what can run or load', () => {
  for (const { says, html } of shown)
    test(`leaves out ${says}`, async () => assert.ok(!holds(await reduced(html)), html))

  for (const { says, html } of running) test(`keeps ${says}`, async () => assert.ok(holds(await reduced(html)), html))

  test('is the same in pieces of any size', async () => {
    for (const { html } of [...shown, ...running]) {
      const whole = await reduced(html)
      for (const chunkBytes of [1, 2, 5, 11]) assert.equal(holds(await reduced(html, chunkBytes)), holds(whole), html)
    }
  })
})
