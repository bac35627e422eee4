import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSvcport } from '@fsigk/config'

const accepted: Record<string, object> = {
  '9080': { port: 9080 },
  '0': { port: 0 },
  '65535': { port: 65535 },
  '10.0.0.2:9080': { address: '10.0.0.2', port: 9080 },
  '%eth0:9080': { interface: 'eth0', port: 9080 },
  '10.0.0.2%eth0:9080': { interface: 'eth0', address: '10.0.0.2', port: 9080 },
  '[::1]:9080': { address: '::1', port: 9080 },
  '[2001:DB8:0:0::1]:80': { address: '2001:db8::1', port: 80 },
  '[fe80::1]%eth0.100:80': { interface: 'eth0.100', address: 'fe80::1', port: 80 },
  '[::ffff:10.0.0.2]:9080': { address: '10.0.0.2', port: 9080 },
}

for (const [text, svcport] of Object.entries(accepted)) {
  test(`svcport ${text}`, () => assert.deepEqual(parseSvcport(text), svcport))
}

const refused: Record<string, RegExp> = {
  '': /the port is a number from 0 to 65535 \(character 1\)$/,
  '65536': /the port is a number from 0 to 65535 \(character 1\)$/,
  '09080': /the port is a number from 0 to 65535 \(character 1\)$/,
  '-1': /the port/,
  '10.0.0.2:': /the port is a number from 0 to 65535 \(character 10\)$/,
  '10.0.0.2:http': /the port is a number from 0 to 65535 \(character 10\)$/,
  ':9080': /an address or interface is missing \(character 1\)$/,
  '10.0.0.256:9080': /an IPv4 address has four numbers from 0 to 255 \(character 1\)$/,
  '010.0.0.1:9080': /an IPv4 address has four numbers/,
  'localhost:9080': /an IPv4 address has four numbers/,
  '::1:9080': /\[::1\]:PORT \(character 1\)$/,
  '[::1:9080': /the bracket is not closed \(character 1\)$/,
  '[::g]:9080': /no IPv6 address stands in the brackets \(character 2\)$/,
  '[10.0.0.2]:9080': /no IPv6 address stands in the brackets/,
  '[fe80::1%eth0]:9080': /the interface stands after the bracket: \[fe80::1\]%eth0:9080$/,
  '[::1]9080': /the port/,
  '%:9080': /the interface is missing \(character 2\)$/,
  '10.0.0.2%:9080': /the interface is missing \(character 10\)$/,
  '%averyverylonginterface:9080': /an interface name has at most 15 bytes \(character 2\)$/,
  '%../x:9080': /this is no name of an interface/,
  '%eth0': /the port/,
}

for (const [text, rule] of Object.entries(refused)) {
  test(`svcport refuses '${text}'`, () => {
    const result = parseSvcport(text)
    assert.ok('rule' in result)
    assert.match(result.rule, rule)
    assert.match(result.rule, /^must be PORT, ADDRESS:PORT/)
  })
}
