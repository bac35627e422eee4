import { fileURLToPath } from 'node:url'
import { scannerConformance, silentLog } from '@fsigk/testing'
import { SignatureScanner } from '../src/signature-scanner.js'
import { eicar } from './contents.js'

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))

scannerConformance({
  name: 'scanner-signatures',
  make: () => new SignatureScanner({ package: PACKAGE, databases: '/nonexistent', logs: '/nonexistent' }, silentLog),
  sample: { content: eicar, threat: 'EICAR-Test-File' },
  settings: {},
})
