import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { domainsOf } from '../src/envelope/domain.js'
import { type PathFault, readPathArgument } from '../src/envelope/path.js'

describe('what follows MAIL', () => {
  const cases: readonly (readonly [text: string, address: string | undefined, ...parameters: string[]])[] = [
    ['FROM:<a@b.c>', 'a@b.c'],
    ['from:<a@b.c>', 'a@b.c'],
    ['FROM :  <a@b.c>', 'a@b.c'],
    ['FROM:<>', ''],
    ['FROM:<> SIZE=12 BODY=8BITMIME', '', 'SIZE=12', 'BODY=8BITMIME'],
    ['FROM:<a@b.c>\tSMTPUTF8', 'a@b.c', 'SMTPUTF8'],
    ['FROM:<a@b.c> RET=HDRS ENVID=x+3Dy AUTH=<>', 'a@b.c', 'RET=HDRS', 'ENVID=x+3Dy', 'AUTH=<>'],
    ['FROM:a@b.c SIZE=1', 'a@b.c', 'SIZE=1'],
    ['FROM:<@x.y,@z:a@b.c>', '@x.y,@z:a@b.c'],
    ['FROM:<"a b> c\\""@d>', '"a b> c\\""@d'],
    ['FROM:<\xc3\xa4@b.c>', '\xc3\xa4@b.c'],
  ]
  for (const [text, address, ...parameters] of cases) {
    test(`is read: ${text}`, () => assert.deepEqual(readPathArgument(text, 'FROM'), { address, parameters }))
  }

  const faults: readonly (readonly [text: string, fault: PathFault])[] = [
    ['', 'keyword'],
    ['<a@b.c>', 'keyword'],
    ['TO:<a@b.c>', 'keyword'],
    ['FROM <a@b.c>', 'keyword'],
    ['FROM:', 'addressSyntax'],
    ['FROM:<a@b.c', 'addressSyntax'],
    ['FROM:a@b.c>', 'addressSyntax'],
    ['FROM:<a b@c>', 'addressSyntax'],
    ['FROM:<a<b@c>', 'addressSyntax'],
    ['FROM:<"a@b>', 'addressSyntax'],
    ['FROM:"a', 'addressSyntax'],
    ['FROM:<"a\\', 'addressSyntax'],
    ['FROM:<a@b>SIZE=1', 'addressSyntax'],
    ['FROM:<a\x01@b>', 'addressSyntax'],
    ['FROM:<"a\x1b"@b>', 'addressSyntax'],
    ['FROM:<"a\\\x07"@b>', 'addressSyntax'],
    ['FROM:<a\x7f@b>', 'addressSyntax'],
    ['FROM:<a\t@b>', 'addressSyntax'],
    ['FROM:<a@b> SIZE=', 'parameterSyntax'],
    ['FROM:<a@b> =1', 'parameterSyntax'],
    ['FROM:<a@b> -A=1', 'parameterSyntax'],
    ['FROM:<a@b> A=\x01', 'parameterSyntax'],
    ['FROM:<a@b> <c@d>', 'parameterSyntax'],
  ]
  for (const [text, fault] of faults) {
    test(`is not read: ${JSON.stringify(text)}`, () => assert.equal(readPathArgument(text, 'FROM'), fault))
  }
})

test('the domain is what follows the last @ outside quotes', () => {
  const cases: readonly (readonly [address: string, ...domains: string[]])[] = [
    ['a@b.c', 'b.c'],
    ['postmaster'],
    ['"a@b.c"'],
    ['"a@b.c"@d.e', 'd.e'],
    ['"a\\"@b.c"@d.e', 'd.e'],
    ['@x,@y:a@b.c', 'b.c'],
    ['a@', ''],
    ['a@[192.0.2.1]', '[192.0.2.1]'],
    ['a@b\xc3\xbccher.example', 'bücher.example', 'xn--bcher-kva.example'],
  ]
  for (const [address, ...domains] of cases) assert.deepEqual(domainsOf(address), domains, address)
})
