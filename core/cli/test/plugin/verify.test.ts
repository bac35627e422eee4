import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { packageFolder, pluginHome, smallPlugin, tarball } from './kit.js'

interface Report {
  readonly ok: boolean
  readonly checks: readonly { readonly title: string; readonly ok: boolean; readonly problem: string | null }[]
}

/** Scanners that break one promise each, and the check that must notice. */
const broken = [
  {
    says: 'keeps a descriptor open after stop()',
    source: `async start() { const { openSync } = process.getBuiltinModule('node:fs'); openSync('/dev/null') }`,
    notices: /leaves no descriptor/,
  },
  {
    says: 'leaves a server listening',
    source: `async start() { await new Promise((done) => process.getBuiltinModule('node:net').createServer().listen(0, '127.0.0.1', done)) }`,
    notices: /leaves no descriptor/,
  },
  {
    says: 'does not heed its signal in start()',
    source:
      'start(_settings, signal) { return signal.aborted ? new Promise(() => setInterval(() => {}, 1000)) : undefined }',
    notices: /ends within 2000 ms when its signal is aborted/,
  },
  {
    says: 'throws at its second reload',
    source: `reloads = 0\n async reload() { if (++this.reloads === 2) throw new Error('not twice') }`,
    notices: /reloaded twice/,
  },
  {
    says: 'keeps what it reads',
    source: `kept = []\n async scan(content) { for await (const chunk of content.open()) this.kept.push(chunk); return { findings: [] } }`,
    notices: /without keeping them/,
  },
  {
    says: 'calls clean what it could not read',
    source: 'async scan(content) { try { for await (const _ of content.open()); } catch {} return { findings: [] } }',
    notices: /breaks off/,
  },
  {
    says: 'ends the process',
    source: 'async scan() { process.exit(3) }',
    notices: /clean and in empty content/,
  },
] as const

describe('verify', () => {
  test('a plugin in order passes, as a folder, as a tarball and by its id', async () => {
    await using home = await pluginHome()
    const folder = await packageFolder(home.folder, 'small', smallPlugin())
    const path = await tarball(home.folder, 'small.tgz', smallPlugin())
    await home.plugin('install', path)
    for (const target of [folder, path, 'small']) {
      const verified = await home.plugin('verify', target)
      assert.equal(verified.code, 0, verified.stdout + verified.stderr)
      assert.match(verified.stdout, /small is in order: \d+ checks\./)
    }
  })

  for (const { says, source, notices } of broken)
    test(`one that ${says} does not pass, and the check says so`, async () => {
      await using home = await pluginHome()
      const folder = await packageFolder(home.folder, 'small', smallPlugin({ source }))
      const { ok, checks } = await home.json<Report>('verify', folder)
      assert.equal(ok, false)
      const failed = checks.filter((check) => !check.ok)
      assert.ok(
        failed.some(({ title }) => notices.test(title)),
        JSON.stringify(checks, undefined, 1),
      )
      for (const { problem } of failed) assert.match(problem ?? '', /\S/)
    })

  test('a schema that is older than the code does not pass', async () => {
    await using home = await pluginHome()
    const files = new Map(smallPlugin())
    files.set(
      'settings.schema.json',
      (files.get('settings.schema.json') ?? '').replace('"default":"word"', '"default":"old"'),
    )
    const { checks } = await home.json<Report>('verify', await packageFolder(home.folder, 'small', files))
    assert.match(checks.find((check) => !check.ok)?.problem ?? '', /older than the code/)
  })

  test('what the host would leave out fails before any code runs, and what is not there is an error', async () => {
    await using home = await pluginHome()
    const files = smallPlugin({ manifest: { api: 99 } })
    const { checks } = await home.json<Report>('verify', await packageFolder(home.folder, 'small', files))
    assert.match(checks[0]?.problem ?? '', /built for plugin API 99/)
    assert.equal((await home.plugin('verify', 'nothing-of-this-name')).code, 2)
  })
})
