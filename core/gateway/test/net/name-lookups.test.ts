import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Lookup } from '../../src/net/host-lookup.js'
import { NameLookups, type NameSources } from '../../src/net/name-lookups.js'
import type { FoundAddress } from '../../src/net/name-servers.js'

const MINUTE_MS = 60_000

/** What the name servers say of a name; an error code where they say none. */
type Said = readonly FoundAddress[] | string | Promise<readonly FoundAddress[]>

const good = (address: string, ttl = 300): readonly FoundAddress[] => [{ address, ttl }]
const never = new Promise<readonly FoundAddress[]>(() => {})

function lookups(say: { a?: Said; aaaa?: Said; hosts?: readonly string[]; system?: Lookup | Promise<Lookup> }) {
  const asked = { servers: 0, system: 0 }
  const clock = { ms: 0 }
  const answer = (said: Said = 'ENOTFOUND'): Promise<readonly FoundAddress[]> => {
    asked.servers += 1
    return typeof said === 'string'
      ? Promise.reject(Object.assign(new Error(said), { code: said }))
      : Promise.resolve(said)
  }
  const sources: NameSources = {
    hosts: { addressesOf: async () => say.hosts ?? [] },
    servers: { resolve4: () => answer(say.a), resolve6: () => answer(say.aaaa) },
    system: async () => {
      asked.system += 1
      return say.system ?? 'Unknown host'
    },
  }
  const { lookup } = new NameLookups(sources, () => clock.ms)
  return { lookup, asked, clock }
}

describe('lookups of names', () => {
  test('the hosts file comes first, then the name servers, IPv6 before IPv4', async () => {
    const listed = lookups({ hosts: ['192.0.2.1'], a: good('192.0.2.2') })
    assert.deepEqual(await listed.lookup('a.example'), ['192.0.2.1'])
    const asked = lookups({ a: good('192.0.2.2'), aaaa: good('2001:db8::2') })
    assert.deepEqual(await asked.lookup('a.example'), ['2001:db8::2', '192.0.2.2'])
    assert.equal(asked.asked.system, 0)
  })

  test('what no name server knows, and a name without a dot, is asked of the system', async () => {
    const elsewhere = lookups({ system: ['192.0.2.3'] })
    assert.deepEqual(await elsewhere.lookup('printer.local'), ['192.0.2.3'])
    const short = lookups({ a: good('192.0.2.2'), system: ['192.0.2.3'] })
    assert.deepEqual(await short.lookup('intranet'), ['192.0.2.3'])
    assert.equal(short.asked.servers, 0)
  })

  test('a name server that fails is no reason to block a thread', async () => {
    for (const code of ['ETIMEOUT', 'ESERVFAIL']) {
      const failing = lookups({ a: code })
      assert.equal(await failing.lookup('a.example'), 'Host name lookup failure')
      assert.equal(failing.asked.system, 0)
    }
  })

  test('a family that does not answer is not waited for', async () => {
    assert.deepEqual(await lookups({ a: good('192.0.2.2'), aaaa: never }).lookup('a.example'), ['192.0.2.2'])
    assert.deepEqual(await lookups({ aaaa: good('2001:db8::2'), a: never }).lookup('a.example'), ['2001:db8::2'])
  })

  for (const { says, say, keepMs, forMs } of [
    { says: 'as long as its name servers say', say: { a: good('192.0.2.2', 7) }, keepMs: MINUTE_MS, forMs: 7_000 },
    { says: 'no longer than dns_cache says', say: { a: good('192.0.2.2') }, keepMs: 3_000, forMs: 3_000 },
    { says: 'for a second at least', say: { a: good('192.0.2.2', 0) }, keepMs: MINUTE_MS, forMs: 1_000 },
    { says: 'for five seconds when it does not exist', say: {}, keepMs: MINUTE_MS, forMs: 5_000 },
    { says: 'for one second when a server failed', say: { a: 'ESERVFAIL' }, keepMs: MINUTE_MS, forMs: 1_000 },
    { says: 'not at all when dns_cache is 0', say: { a: good('192.0.2.2') }, keepMs: 0, forMs: 0 },
  ])
    test(`an answer is kept ${says}`, async () => {
      const { lookup, asked, clock } = lookups(say)
      const first = await lookup('a.example', keepMs)
      const before = asked.servers
      if (forMs > 0) {
        clock.ms = forMs - 1
        assert.deepEqual(await lookup('a.example', keepMs), first)
        assert.equal(asked.servers, before)
      }
      clock.ms = forMs
      await lookup('a.example', keepMs)
      assert.equal(asked.servers, before * 2)
    })

  test('lookups under way are shared, and bounded in number', async () => {
    const { lookup, asked } = lookups({ a: never, aaaa: never })
    assert.equal(lookup('0.example'), lookup('0.example'))
    for (let name = 1; name < 512; name++) void lookup(`${name}.example`)
    assert.equal(await lookup('one-more.example'), 'Host name lookup failure')
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(asked.servers, 2 * 512)
  })

  test('the system is asked for a few names at a time', async () => {
    const { lookup, asked } = lookups({ system: new Promise<Lookup>(() => {}) })
    for (let name = 0; name < 32; name++) void lookup(`n${name}`)
    assert.equal(await lookup('n32'), 'Host name lookup failure')
    assert.equal(asked.system, 32)
  })
})
