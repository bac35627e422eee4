#!/usr/bin/env node
// `npm run bench -- NAME [flags]`: builds where needed and answers one question. Without a name: lists the questions.
// The question of a file is the first line of its opening comment. Parses under Node 20.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { carriedNode } from '../../core/cli/bin/carried-node.js'
import { build, install, root } from '../../core/cli/bin/prepare.js'

const here = dirname(fileURLToPath(import.meta.url))
const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()

function question(name) {
  const source = readFileSync(join(here, `${name}.ts`), 'utf8')
  return /^\/\*\*\s*(?:\*\s*)?(.*?)\s*(?:\*\/)?$/m.exec(source)?.[1] ?? ''
}

const [name, ...flags] = process.argv.slice(2)
if (name === undefined || !names.includes(name)) {
  if (name !== undefined && !name.startsWith('-')) process.stderr.write(`There is no bench '${name}'.\n`)
  process.stdout.write('npm run bench -- NAME [flags]\n\n')
  for (const each of names) process.stdout.write(`  ${each.padEnd(22)} ${question(each)}\n`)
  process.exit(name === undefined || name.startsWith('-') ? 0 : 2)
}

install()
build()
const answer = join(root, 'test/dist/bench', `${name}.js`)
if (!existsSync(answer)) {
  process.stderr.write(`${answer} is missing after the build.\n`)
  process.exit(2)
}
const { status } = spawnSync(carriedNode() ?? process.execPath, [answer, ...flags], { stdio: 'inherit' })
process.exit(status ?? 2)
