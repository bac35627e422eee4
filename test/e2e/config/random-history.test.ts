/**
 * A thousand random changes, rollbacks and reverts, with edits by hand and kills in between: the history verifies, it says
 * what was done, no old revision changes, and the files are what a rebuild makes of it.
 */
import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openHome, startTestGateway, type TemporaryFolder, temporaryFolder, testSettings } from '@fsigk/testing'

/** Another one is tried by `SEED=…`. */
const SEED = Number(process.env['SEED'] ?? 20_261_124)
const ROUNDS = 20
const HERE_A_ROUND = 42
/** Over the control socket of a real gateway, which is killed under the last of them. */
const THERE_A_ROUND = 8
const ACTOR = 'chance'

type Administration = Awaited<ReturnType<typeof openHome>>
type Value = string | number | boolean
type Values = ReadonlyMap<string, Value>

/** Settings that may be anything of these without harm to the test itself. */
const choices: Readonly<Record<string, readonly string[]>> = {
  'http.pre_spawn': ['10', '50', '2000', '99999'],
  'http.action': ['delete', 'pass'],
  'http.keepalive_timeout': ['1', '15', '600'],
  'http.pass_ext': ['yes', 'no'],
  'http.pass_ext_list': ['', '.txt,.css', '.日本', '.a=b;#c', '"quoted", \\ and more'],
  'access.http_to': ['ALL', '.example.com\n10. EXCEPT 10.0.0.1', '192.0.2.0/24', 'ALL EXCEPT .evil.com'],
  'access.http_pass_to': ['', 'localhost', '10.0.0.0/255.0.0.0'],
  'template.http': ['', '<p>拒否 ${DETECTION_NAME}</p>', 'Subject: two\nlines\n\n${TIME_STR}\n', 'no end of line'],
  'template.admin': ['', 'From: a@b.test\n\n検出しました'],
  'common.language': ['en', 'ja'],
}
const keys = Object.keys(choices)

/** What may be answered to a wish that makes no sense at that moment. */
const refusals = new Set(['FSIGK_REVERT_CONFLICT', 'FSIGK_REVISION_CONFLICT'])

/** What the history must say, told apart from it. */
class Model {
  /** Values in force at each revision that is known of. */
  readonly at = new Map<number, Values>()
  /** What some revisions showed when they were looked at first. */
  readonly shown = new Map<number, string>()
  newest = 0

  get values(): Values {
    return this.at.get(this.newest) ?? new Map()
  }

  add(revision: number, changes: readonly { readonly key: string; readonly to: Value | null }[]): void {
    assert.equal(revision, this.newest + 1, 'revisions have no gap')
    const values = new Map(this.values)
    for (const { key, to } of changes) if (to !== null) values.set(key, to)
    this.at.set(revision, values)
    this.newest = revision
  }
}

test('a thousand changes, rollbacks, reverts, hand edits and kills leave a whole history and the files that a rebuild makes [CFG-01, CFG-03, CFG-04, CFG-07, CFG-20]', async () => {
  await using home = await temporaryFolder()
  try {
    await new Chance(home).run()
  } catch (error) {
    throw new Error(`with SEED=${SEED}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
})

class Chance {
  readonly #model = new Model()
  readonly #random = randomFrom(SEED)
  #saved = 0
  #kills = 0

  constructor(private readonly home: TemporaryFolder) {}

  async run(): Promise<void> {
    await this.#begin()
    for (let round = 1; round <= ROUNDS; round += 1) {
      await this.#here()
      await this.#editByHand()
      await this.#thereAndKilled()
      await using administration = await openHome(this.home.path)
      await this.#learn(administration)
      await this.#check(administration)
    }
    await this.#rebuild()
    assert.ok(this.#saved > 300 && this.#kills === ROUNDS, `${this.#saved} saves, ${this.#kills} kills`)
  }

  /** The first revisions are those that a real gateway needs here; nothing goes back behind them. */
  async #begin(): Promise<void> {
    await using administration = await openHome(this.home.path)
    const changes = Object.entries(testSettings).map(([key, to]) => ({ key, to: `${to}` }))
    await administration.change({ actor: ACTOR, origin: 'api', changes })
    const rows = await administration.list({ keys })
    this.#model.newest = 2
    // An empty template is told as the text that ships.
    this.#model.at.set(2, new Map(rows.map(({ key, value }) => [key, key.startsWith('template.') ? '' : value])))
  }

  async #here(): Promise<void> {
    await using administration = await openHome(this.home.path)
    await this.#learn(administration)
    for (let step = 0; step < HERE_A_ROUND; step += 1) await this.#step(administration)
    await this.#check(administration)
  }

  /** The last wish is under way when the supervisor is killed: it is in the history or it is not. */
  async #thereAndKilled(): Promise<void> {
    await using gateway = await startTestGateway({ home: this.home.path })
    await using administration = await openHome(this.home.path)
    await this.#learn(administration)
    for (let step = 1; step < THERE_A_ROUND; step += 1) await this.#step(administration)
    const last = administration.change(this.#change()).catch(() => undefined)
    for (let turn = this.#below(40); turn > 0; turn -= 1) await new Promise(setImmediate)
    await gateway.stop('SIGKILL')
    await last
    this.#kills += 1
  }

  async #step(administration: Administration): Promise<void> {
    const to = 2 + this.#below(this.#model.newest - 1)
    try {
      switch (this.#pick(['change', 'change', 'change', 'rollback', 'rollbackKey', 'revert'] as const)) {
        case 'change':
          this.#note(await administration.change(this.#change()))
          break
        case 'rollback': {
          this.#note(await administration.rollback({ actor: ACTOR, to: `${to}` }))
          assert.deepEqual(sorted(this.#model.values), sorted(this.#model.at.get(to)), `rolled back to r${to}`)
          break
        }
        case 'rollbackKey': {
          const key = this.#pick(keys)
          this.#note(await administration.rollback({ actor: ACTOR, to: `r${to}`, key }))
          assert.equal(this.#model.values.get(key), this.#model.at.get(to)?.get(key), `${key} back to r${to}`)
          break
        }
        case 'revert':
          this.#note(await administration.revert({ actor: ACTOR, of: `${Math.max(3, to)}` }))
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (!refusals.has(code) && !(this.#model.newest === 2 && code === 'FSIGK_REVISION_UNKNOWN')) throw error
    }
  }

  #note(report: Awaited<ReturnType<Administration['change']>>): void {
    if (!report.saved) {
      assert.equal(report.revision, this.#model.newest)
      return
    }
    this.#saved += 1
    this.#model.add(report.revision, report.changes)
  }

  /** Takes in what happened when nobody told: what was under way at a kill, and what was written by hand. */
  async #learn(administration: Administration): Promise<void> {
    const recent = await administration.history({ limit: 50, all: true })
    for (const { revision, changes } of recent.toReversed()) {
      if (revision > this.#model.newest) this.#model.add(revision, changes)
    }
  }

  #change() {
    const wished = Array.from({ length: 1 + this.#below(3) }, () => this.#pick(keys))
    const changes = [...new Set(wished)].map((key) =>
      this.#random() < 0.15 ? { key } : { key, to: this.#pick(choices[key] ?? []) },
    )
    return { actor: ACTOR, origin: 'api', comment: this.#pick(['', '理由', 'because']), changes } as const
  }

  async #editByHand(): Promise<void> {
    const conf = join(this.home.path, 'conf')
    const rewrite = async (name: string, edit: (text: string) => string) => {
      await writeFile(join(conf, name), edit(await readFile(join(conf, name), 'utf8')))
    }
    switch (this.#pick(['ini', 'comment', 'hosts', 'template', 'gone', 'none'] as const)) {
      case 'ini':
        return await rewrite('fsigk.ini', (text) =>
          text.replace(/^pre_spawn=\d+/m, `pre_spawn=${100 + this.#below(900)}`),
        )
      case 'comment':
        return await rewrite('fsigk.ini', (text) => `# looked at by hand ${this.#below(1000)}\n${text}`)
      case 'hosts':
        return await rewrite('hosts.allow', (text) =>
          text.replace(/^http_to:.*$/m, `http_to: 198.51.100.${this.#below(250)}`),
        )
      case 'template':
        return await rewrite('template_http.html', (text) => `${text}<!-- ${this.#below(1000)} -->\n`)
      case 'gone':
        return await rm(join(conf, this.#pick(['fsigk.ini', 'hosts.allow', 'template_http.html'])))
      case 'none':
    }
  }

  async #check(administration: Administration): Promise<void> {
    const { whole, revisions } = await administration.verify({})
    assert.deepEqual({ whole, revisions }, { whole: true, revisions: this.#model.newest })
    for (const { key, value } of await administration.list({ keys })) {
      const wanted = this.#model.values.get(key)
      if (wanted !== '' || !key.startsWith('template.')) assert.equal(value, wanted, `${key} at r${revisions}`)
    }
    for (const revision of [this.#model.newest, 2 + this.#below(this.#model.newest - 1)]) {
      const shown = JSON.stringify(await administration.show({ revision: `${revision}` }))
      assert.equal(shown, this.#model.shown.get(revision) ?? shown, `r${revision} is what it was`)
      this.#model.shown.set(revision, shown)
    }
  }

  /** Deleted and made anew from the events alone, the files are the same, byte for byte. */
  async #rebuild(): Promise<void> {
    const conf = join(this.home.path, 'conf')
    const { shown, before } = await this.#files()
    assert.deepEqual(before, shown)
    await rm(conf, { recursive: true })
    const rebuilt = await this.#files()
    assert.deepEqual(rebuilt.before, before)
    await using administration = await openHome(this.home.path)
    await this.#check(administration)
  }

  /** The files of conf/ as the history shows them, and as they are. */
  async #files() {
    await using administration = await openHome(this.home.path)
    const shown = await administration.show({})
    const texts = Object.keys(shown).map(
      async (name) => [name, await readFile(join(this.home.path, 'conf', name), 'utf8')] as const,
    )
    return { shown, before: Object.fromEntries(await Promise.all(texts)) }
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T
  }
}

function sorted(values: Values | undefined): Readonly<Record<string, Value>> {
  return Object.fromEntries([...(values ?? [])].filter(([key]) => keys.includes(key)).sort())
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
