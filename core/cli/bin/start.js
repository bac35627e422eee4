#!/usr/bin/env node
// `npm start`: installs and builds where needed, then runs the gateway in the foreground.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goOnUnderCarriedNode } from './carried-node.js'
import { build, install } from './prepare.js'

install()
build()
goOnUnderCarriedNode(join(dirname(fileURLToPath(import.meta.url)), 'fsigk.js'), ['run', ...process.argv.slice(2)])
