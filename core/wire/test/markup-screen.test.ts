import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MarkupScreen, mayBeMarkup } from '../src/index.js'

/** What is found in a text that comes in two pieces, cut at every position, and byte by byte. */
function found(text: string | Buffer, type = 'text/html'): string {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text
  const seen = new Set<string>()
  const cuts = Array.from({ length: Math.min(bytes.length, 120) + 1 }, (_, at) => [
    bytes.subarray(0, at),
    bytes.subarray(at),
  ])
  for (const pieces of bytes.length > 5000 ? [[bytes]] : [...cuts, [...bytes].map((byte) => Buffer.from([byte]))]) {
    const screen = new MarkupScreen(type)
    for (const piece of pieces) screen.push(piece)
    screen.end()
    seen.add([...screen.found].sort().join(' '))
  }
  assert.equal(seen.size, 1, `the cut matters: ${[...seen].join(' | ')}`)
  return [...seen][0] ?? ''
}

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')

const scripts: readonly (readonly [says: string, text: string | Buffer])[] = [
  ['a script element', '<p>a<script>x()</script>'],
  ['in capitals, with white space', '<SCRIPT\r\n\tsrc=a.js>'],
  ['with a slash', '<script/x>'],
  ['at the very end', 'text <script'],
  ['of SVG, with a prefix', '<svg:script xlink:href="a"/>'],
  ['inside what looks like a quoted value', '<a title="><script>x()</script>'],
  ['with zero bytes inside', '<sc\0ript>'],
  ['in UTF-16, little end first', utf16('<html><script>x()</script>')],
  ['in UTF-16, big end first', utf16('<html><script>x()</script>').swap16()],
  ['with escapes of ISO-2022-JP inside', '<scr\x1b(Bipt>'],
  ['right behind what begins like an escape', '\x1b(<script>x()</script>'],
  ['an event handler behind such a beginning', '<img alt=a\x1b$("onerror=x()>'],
  ['in UTF-7', '<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-'],
  ['in UTF-7, all of it', '+ADwAcwBjAHIAaQBwAHQAPg-'],
  ['an event handler', '<img src=x onerror=x()>'],
  ['an event handler after a slash', '<svg/onload="x()">'],
  ['an event handler right behind a value', '<img src="x"onerror ="x()">'],
  ['an event handler behind much white space', `<img onerror${' '.repeat(2000)}= x()>`],
  ['a javascript: URL', '<a href="javascript:x()">'],
  ['a javascript: URL with references', '<a href="&#106;av&#x0000061;script&colon;x()">'],
  ['a javascript: URL with a line end inside', '<a href="java\nscript:x()">'],
  ['a javascript: URL with a tab by reference', '<a href="jav&Tab;a&#9;script:x()">'],
  ['a vbscript: URL', '<a href=vbscript:x>'],
  ['a page in a data: URL', '<iframe src="data:text/html;base64,PHNjcmlwdD4=">'],
  ['a page in srcdoc', '<iframe srcdoc="&lt;script&gt;x()&lt;/script&gt;">'],
  ['an XML entity', '<!DOCTYPE a [<!ENTITY x "&#60;script>x()&#60;/script>">]><a>&x;</a>'],
]

const harmless: readonly (readonly [says: string, text: string])[] = [
  ['plain text', 'scripts are described here; one = 1, and online forms'],
  [
    'a page without any',
    '<!DOCTYPE html><html><head><title>a</title><style>p{color:red}</style></head><body><p class="on">b</p></body></html>',
  ],
  ['a script that is shown', '<pre>&lt;script&gt;x()&lt;/script&gt;</pre>'],
  ['other elements', '<scripture><noscript>on</noscript><option value="a"><object data="a.pdf"></object>'],
]

const activex: readonly (readonly [says: string, text: string | Buffer])[] = [
  ['an object with a class', '<object id=a classid="clsid:D27CDB6E-AE6D-11cf-96B8-444553540000"></object>'],
  ['an object with a class, in capitals and UTF-16', utf16('<OBJECT CLASSID="java:a">')],
  ['a class by references', '<object data="x" class&#105;d="cl&#115;id:D27CDB6E-AE6D-11cf-96B8-444553540000">'],
  ['an applet', '<applet code=a.class>'],
  ['an object made by a script', 'var a = new ActiveXObject("x")'],
  ['an embedded plug-in', '<embed src=a pluginspage="http://a/">'],
]

describe('found as script, wherever the bytes are cut:', () => {
  for (const [says, text] of scripts) test(says, () => assert.equal(found(text), 'script'))
})

describe('found as ActiveX, wherever the bytes are cut:', () => {
  for (const [says, text] of activex) test(says, () => assert.equal(found(text), 'activex'))
})

describe('found as nothing:', () => {
  for (const [says, text] of harmless) test(says, () => assert.equal(found(text), ''))
})

describe('may be markup', () => {
  for (const [type, name, start, expect] of [
    ['text/html; charset=x', '', '', true],
    ['application/xhtml+xml', '', '', true],
    ['image/svg+xml', '', '', true],
    ['application/octet-stream', 'a.HTM', '', true],
    ['', '', '\xef\xbb\xbf \r\n<HTML>', true],
    ['text/plain', '', '<!-- a -->', true],
    ['', '', '<\0h\0t\0m\0l\0>\0', true],
    ['application/pdf', 'a.pdf', '%PDF-1.7 <html>', false],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'a.docx', 'PK', false],
    ['text/plain', 'a.txt', 'a < b', false],
  ] as const)
    test(`${type || 'no type'}, '${name}', ${JSON.stringify(start)}: ${expect}`, () => {
      assert.equal(mayBeMarkup(type, name, Buffer.from(start, 'latin1')), expect)
    })
})
