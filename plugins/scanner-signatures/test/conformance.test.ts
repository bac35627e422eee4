import { fileURLToPath } from 'node:url'
import { scannerConformance, silentLog } from '@fsigk/testing'
import { SignatureScanner } from '../src/signature-scanner.js'
import { eicar } from './contents.js'

scannerConformance({
  name: 'scanner-signatures',
  async start() {
    const folder = fileURLToPath(new URL('../../', import.meta.url))
    const scanner = new SignatureScanner({ package: folder, databases: '/nonexistent' }, silentLog)
    await scanner.start({}, new AbortController().signal)
    return scanner
  },
  infected: eicar,
  threat: 'EICAR-Test-File',
  settings: {},
})
