#!/usr/bin/env node
// `npm run faults -- NAME [flags]`: builds where needed and runs one long fault test. Without a name: lists them.
// What a file does is the first line of its opening comment. Parses under Node 20.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { carriedNode } from '../../core/cli/bin/carried-node.js'
import { build, install, root } from '../../core/cli/bin/prepare.js'

const here = dirname(fileURLToPath(import.meta.url))
const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()

const [name, ...flags] = process.argv.slice(2)
if (name === undefined || !names.includes(name)) {
  if (name !== undefined && !name.startsWith('-')) process.stderr.write(`There is no fault test '${name}'.\n`)
  process.stdout.write('npm run faults -- NAME [flags]\n\n')
  for (const each of names) {
    const says = /^\/\*\*\s*(?:\*\s*)?(.*?)\s*(?:\*\/)?$/m.exec(readFileSync(join(here, `${each}.ts`), 'utf8'))?.[1]
    process.stdout.write(`  ${each.padEnd(16)} ${says ?? ''}\n`)
  }
  process.exit(name === undefined || name.startsWith('-') ? 0 : 2)
}

install()
build()
const answer = join(root, 'test/dist/faults', `${name}.js`)
const { status } = spawnSync(carriedNode() ?? process.execPath, [answer, ...flags], { stdio: 'inherit' })
process.exit(status ?? 2)
