// Loaded into the process of each test file (`node --import`): marks it, and with it all that it starts, by its process id.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MARK } from './leftovers.js'

const folder = process.env.FSIGK_TEST_RUN
if (folder && process.env.NODE_TEST_CONTEXT && !process.env[MARK]) {
  process.env[MARK] = `${folder}:${process.pid}`
  writeFileSync(join(folder, `${process.pid}`), '')
}
