import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endsInOne, fileNamesOf } from '../src/index.js'

const fields: readonly { readonly value: string; readonly expect: readonly string[] }[] = [
  { value: 'attachment; filename=a.txt', expect: ['a.txt'] },
  { value: "attachment; filename=a.txt; filename*=UTF-8''b%2Eexe", expect: ['a.txt', 'b.exe'] },
  { value: 'attachment; filename="a.txt"; filename="b.exe"', expect: ['a.txt', 'b.exe'] },
  { value: 'attachment; filename="a.e%78e"', expect: ['a.exe'] },
  { value: 'attachment; filename="=?utf-8?B?YS5leGU=?="', expect: ['a.exe'] },
  { value: 'attachment; filename="=?utf-8?Q?a=2Eexe?="', expect: ['a.exe'] },
  { value: 'attachment; filename="a.exe\0.txt"', expect: ['a.exe', 'a.exe.txt'] },
  { value: 'attachment; filename*0="a."; filename*1="exe"', expect: ['a.exe'] },
  { value: 'attachment; filename="C:\\folder\\a.exe"', expect: ['a.exe'] },
]

describe('every name that a reader may find', () => {
  for (const { value, expect } of fields)
    test(JSON.stringify(value), () => {
      const names = fileNamesOf(value, 'filename')
      for (const name of expect) assert.ok(names.includes(name), `${name} among ${JSON.stringify(names)}`)
    })

  test('the name of a form field is none', () => {
    assert.deepEqual(fileNamesOf('form-data; name="a.exe"', 'filename'), [])
    assert.deepEqual(fileNamesOf('text/plain; name="a.exe"', 'name'), ['a.exe'])
  })
})

test('a name ends in one of these, however it is written and stored', () => {
  for (const name of ['a.exe', 'A.EXE', 'a.exe.', 'a.exe. .', 'a.exe::$DATA'])
    assert.ok(endsInOne(name, ['.exe']), name)
  for (const name of ['a.ex', 'exe', 'a.exe.txt', '']) assert.ok(!endsInOne(name, ['.exe', '.com']), name)
})
