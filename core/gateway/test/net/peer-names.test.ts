import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { HostsFile } from '../../src/net/hosts-file.js'
import { type NameServers, PeerNames } from '../../src/net/peer-names.js'
import { temporaryFolder } from '../kit/folders.js'

const never = new AbortController().signal
const noFile = new HostsFile('/nowhere')

/** Name servers by a table, with every question counted. */
function servers(
  ptr: Readonly<Record<string, readonly string[]>>,
  addresses: Readonly<Record<string, readonly string[]>>,
) {
  const asked: string[] = []
  const answer = async (question: string, found: readonly string[] | undefined) => {
    asked.push(question)
    if (found === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    return found
  }
  const table: NameServers = {
    reverse: (address) => answer(address, ptr[address]),
    resolve4: (name) => answer(name, addresses[name]),
    resolve6: (name) => answer(name, addresses[name]),
  }
  return { ...table, asked }
}

test('a name is believed when it has the address, in whatever spelling; else the next one is tried', async () => {
  const table = servers(
    { '192.0.2.1': ['forged.test', 'Real.Test.'], '2001:db8::1': ['six.test'], '192.0.2.2': ['forged.test'] },
    { 'real.test': ['192.0.2.9', '192.0.2.1'], 'six.test': ['2001:0DB8:0::1'], 'forged.test': ['192.0.2.77'] },
  )
  const names = new PeerNames(table, noFile)
  assert.equal(await names.nameOf('192.0.2.1', never), 'real.test')
  assert.equal(await names.nameOf('2001:db8::1', never), 'six.test')
  assert.equal(await names.nameOf('192.0.2.2', never), undefined)
})

test('what is no host name is never one: an address, markup, a word of access lists as it stands', async () => {
  const said = ['192.0.2.5', '1.2', '<b>.test', 'a b.test', '', '-x.test', 'x'.repeat(300)]
  for (const name of said) {
    const names = new PeerNames(servers({ '192.0.2.1': [name] }, { [name]: ['192.0.2.1'] }), noFile)
    assert.equal(await names.nameOf('192.0.2.1', never), undefined, name)
  }
})

test('of many names only the first few are tried', async () => {
  const table = servers({ '192.0.2.1': Array.from({ length: 100 }, (_, index) => `n${index}.test`) }, {})
  assert.equal(await new PeerNames(table, noFile).nameOf('192.0.2.1', never), undefined)
  assert.equal(table.asked.length, 4)
})

test('answers are remembered for a while: names for five minutes, failures for one; many at once ask once', async () => {
  const table = servers({ '192.0.2.1': ['a.test'] }, { 'a.test': ['192.0.2.1'] })
  let now = 0
  const names = new PeerNames(table, noFile, () => now)
  const failures: string[] = []
  const ask = (address: string) => names.nameOf(address, never, ({ text }) => failures.push(text))
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => ask('192.0.2.1'))), ['a.test', 'a.test', 'a.test'])
  await ask('192.0.2.1')
  await ask('192.0.2.2')
  await ask('192.0.2.2')
  assert.deepEqual(table.asked, ['192.0.2.1', 'a.test', '192.0.2.2'])
  assert.deepEqual(failures, ['Unknown host'], 'told once')
  now = 61_000
  await ask('192.0.2.1')
  await ask('192.0.2.2')
  assert.deepEqual(table.asked.slice(3), ['192.0.2.2'])
  now = 301_000
  await ask('192.0.2.1')
  assert.deepEqual(table.asked.slice(4), ['192.0.2.1', 'a.test'])
})

test('more lookups at once than can be under way are not begun, and the peers have no name', async () => {
  const asked: string[] = []
  const { promise, resolve } = Promise.withResolvers<readonly string[]>()
  const reverse = (address: string) => {
    asked.push(address)
    return promise
  }
  const stuck: NameServers = { reverse, resolve4: async () => [], resolve6: async () => [] }
  const names = new PeerNames(stuck, noFile)
  const waiting = Array.from({ length: 300 }, (_, index) => names.nameOf(`10.0.${index >> 8}.${index & 255}`, never))
  assert.equal(await waiting[299], undefined)
  while (asked.length < 256) await nextTurn()
  await nextTurn()
  assert.equal(asked.length, 256)
  resolve([])
  await Promise.all(waiting)
})

test('whoever has left is not waited for', async () => {
  const stuck: NameServers = {
    reverse: () => new Promise(() => {}),
    resolve4: async () => [],
    resolve6: async () => [],
  }
  const left = new AbortController()
  const name = new PeerNames(stuck, noFile).nameOf('192.0.2.1', left.signal)
  left.abort()
  assert.equal(await name, undefined)
})

test('the hosts file comes first, and is read again when it changes', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'hosts')
  await writeFile(path, '# ours\n192.0.2.1\tPC.office.test pc # the first name\n2001:DB8::0:1 six.test\n')
  const table = servers({}, {})
  const names = () => new PeerNames(table, new HostsFile(path))
  assert.equal(await names().nameOf('192.0.2.1', never), 'pc.office.test')
  assert.equal(await names().nameOf('2001:db8::1', never), 'six.test')
  assert.deepEqual(table.asked, [])
  const file = new HostsFile(path)
  assert.equal(await file.nameOf('192.0.2.3'), undefined)
  await writeFile(path, '192.0.2.3 later.test\n')
  assert.equal(await file.nameOf('192.0.2.3'), 'later.test')
})
