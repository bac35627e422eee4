#!/usr/bin/env node
// The fsigk command. Parses under Node 20; goes on under the Node 24 that the product carries when this one is older.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { carriedNode, goOnUnderCarriedNode } from './carried-node.js'

const main = new URL('../dist/src/main.js', import.meta.url)

if (!existsSync(main)) {
  process.stderr.write(
    `fsigk: it is not built yet. Run 'npm run build' in ${fileURLToPath(new URL('../../..', main))}.\n`,
  )
  process.exit(2)
} else if (carriedNode() === process.execPath) {
  const { runCommand } = await import(main.href)
  process.exitCode = await runCommand(process.argv.slice(2))
} else {
  goOnUnderCarriedNode(fileURLToPath(import.meta.url), process.argv.slice(2))
}
