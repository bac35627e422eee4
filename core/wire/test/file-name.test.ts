import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodedParameter, dispositionFileName, fileNameOf, parseParameterised } from '../src/index.js'

const utf8 = (text: string) => Buffer.from(text).toString('latin1')

const names: readonly { says: string; value: string; expect: string }[] = [
  { says: 'no parameter', value: 'attachment', expect: '' },
  { says: 'a token', value: 'attachment; filename=a.exe', expect: 'a.exe' },
  { says: 'a quoted string', value: 'attachment; filename="a; b.exe"', expect: 'a; b.exe' },
  { says: 'escapes in a quoted string', value: 'attachment; filename="a\\"b.exe"', expect: 'a"b.exe' },
  { says: 'upper case and spaces around', value: 'ATTACHMENT ; FileName = "a.exe"', expect: 'a.exe' },
  { says: 'a quoted string that never ends', value: 'attachment; filename="a.exe', expect: 'a.exe' },
  { says: 'the first of two', value: 'attachment; filename=a.exe; filename=b.txt', expect: 'a.exe' },
  {
    says: 'the extended form before the plain one, in any order',
    value: "attachment; filename=a.txt; filename*=UTF-8''%e3%81%82.exe",
    expect: 'あ.exe',
  },
  { says: 'a Japanese charset', value: "attachment; filename*=Shift_JIS'ja'%82%a0.exe", expect: 'あ.exe' },
  { says: 'an unknown charset', value: "attachment; filename*=x-none''a%2eexe", expect: 'a.exe' },
  { says: 'an extended form without quotes', value: 'attachment; filename*=a%2eexe', expect: 'a.exe' },
  { says: 'escapes that are none', value: "attachment; filename*=UTF-8''a%zz%2", expect: 'a%zz%2' },
  { says: 'pieces', value: 'attachment; filename*0="a."; filename*1=exe', expect: 'a.exe' },
  {
    says: 'encoded pieces in any order',
    value: "attachment; filename*1*=%82.exe; filename*0*=UTF-8''%e3%81",
    expect: 'あ.exe',
  },
  { says: 'raw UTF-8', value: `attachment; filename="${utf8('あ.exe')}"`, expect: 'あ.exe' },
  { says: 'raw latin1', value: 'attachment; filename="\xe9.exe"', expect: 'é.exe' },
  { says: 'folders', value: 'attachment; filename="..\\..\\etc/passwd"', expect: 'passwd' },
  { says: 'control characters', value: "attachment; filename*=UTF-8''a%00%0d%0a.exe", expect: 'a.exe' },
]

for (const { says, value, expect } of names) {
  test(`the file name of a Content-Disposition: ${says}`, () => assert.equal(dispositionFileName(value), expect))
}

test('a long name keeps its end, which tells the type', () => {
  const name = fileNameOf(`${'x'.repeat(5000)}.exe`)
  assert.equal(name.length, 1024)
  assert.ok(name.endsWith('.exe'))
})

test('a value and its parameters are split, names in lower case', () => {
  const type = parseParameterised('Text/HTML; Charset="utf-8"; flag; Boundary=a=b')
  assert.equal(type.value, 'text/html')
  assert.equal(decodedParameter(type, 'charset'), 'utf-8')
  assert.equal(decodedParameter(type, 'boundary'), 'a=b')
  assert.equal(decodedParameter(type, 'flag'), undefined)
})

test('a name such as __proto__ is a parameter like any other', () => {
  assert.equal(decodedParameter(parseParameterised('a; __proto__=b'), '__proto__'), 'b')
})

test('thousands of parameters cost no more than the first two hundred', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `p${index}=1`).join(';')
  assert.equal(parseParameterised(`a;${many}`).parameters.size, 200)
})

test('a row of semicolons before the first parameter is read past', () => {
  assert.equal(dispositionFileName(`attachment${';'.repeat(60_000)}filename=a.exe`), 'a.exe')
})
