#!/usr/bin/env node
// `npm run fuzz -- --minutes 10 --seed 1`: builds, then fuzzes the walker of mails. Parses under Node 20.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { carriedNode } from '../core/cli/bin/carried-node.js'
import { build, install, root } from '../core/cli/bin/prepare.js'

install()
build()
const run = join(root, 'test/dist/corpus/mail/fuzz/long-run.js')
const { status } = spawnSync(carriedNode() ?? process.execPath, [run, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(status ?? 2)
