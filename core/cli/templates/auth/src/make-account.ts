/** `node dist/src/make-account.js USER < password`: prints the line of an account, for the settings. */
import { text } from 'node:stream/consumers'
import { accountLine } from './passwords.js'

const [user = ''] = process.argv.slice(2)
const password = (await text(process.stdin)).replace(/\r?\n$/, '')
if (!/^[^:;,\s]+$/.test(user) || password === '') {
  process.stderr.write('Usage: node dist/src/make-account.js USER < file-with-the-password\n')
  process.exitCode = 2
} else process.stdout.write(`${await accountLine(user, password)}\n`)
