/** The plugin author's guide, followed to the letter: its commands run in their order, and print what it says. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryFolder } from '@fsigk/testing'

const INSTALLATION = join(import.meta.dirname, '..', '..', '..', '..')
const guide = await readFile(join(INSTALLATION, 'core', 'docs', 'plugins.md'), 'utf8')

interface Block {
  readonly language: string
  readonly lines: readonly string[]
}

/** The fenced blocks of the page, in order. */
const blocks: readonly Block[] = [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({
    language,
    lines: text.trimEnd().split('\n'),
  }),
)

describe('the guide for plugin authors', () => {
  test('followed by copying, it leads to a scanner that blocks a real download [PLUG-04] [PLUG-08]', async () => {
    await using folder = await temporaryFolder('guide')
    const ports = await freePorts(2)
    const commands = blocks.filter(({ language }) => language === 'sh')
    assert.ok(commands.length > 10)
    // What is particular to the machine: where the product lies, and which ports are free.
    const script = commands
      .map(({ lines }, at) => `${lines.join('\n')}\nprintf '\\n@@ %s\\n' ${at}\n`)
      .join('')
      .replaceAll('/opt/fsigk', INSTALLATION)
      .replaceAll('9080', String(ports[0]))
      .replaceAll('8000', String(ports[1]))
    await writeFile(
      join(folder.path, 'guide.sh'),
      `set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n${script}`,
    )
    const { code, output } = await bash(folder.path)
    assert.equal(code, 0, output)
    const printed = output.split(/\n@@ \d+\n/)
    let at = -1
    for (const { language, lines } of blocks) {
      if (language === 'sh') at += 1
      if (language === 'text') expectLines(printed[at] ?? '', lines)
    }
  })

  test('what it shows of the contract and of the templates is what they say', async () => {
    const sources = await Promise.all(
      ['core/plugin-api/src', 'core/cli/templates'].map(async (folder) => {
        const names = await readdir(join(INSTALLATION, folder), { recursive: true })
        const texts = names.filter((name) => name.endsWith('.ts') && !name.includes('dist/'))
        return await Promise.all(texts.map((name) => readFile(join(INSTALLATION, folder, name), 'utf8')))
      }),
    )
    const known = new Set(sources.flat().flatMap((text) => text.split('\n')))
    for (const { lines } of blocks.filter(({ language }) => language === 'ts'))
      for (const line of lines) assert.ok(known.has(line), `no source says: ${line}`)
  })
})

/** Each wanted line stands in what was printed, one after the other; `…` stands for anything. */
function expectLines(printed: string, wanted: readonly string[]): void {
  const lines = printed.split('\n').values()
  for (const line of wanted) {
    const pattern = new RegExp(
      line
        .split(/ *… */)
        .map((part) => escaped(part.trim()))
        .join('.*'),
    )
    assert.ok(
      lines.some((each) => pattern.test(each)),
      `'${line}' is not printed by:\n${printed}`,
    )
  }
}

/** A text as a pattern of itself. */
function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

async function bash(folder: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const { NODE_TEST_CONTEXT: _, FSIGK_HOME: __, ...inherited } = process.env
  const child = spawn('bash', ['guide.sh'], {
    cwd: folder,
    env: { ...inherited, LANG: 'C', npm_config_prefer_offline: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
