import { after } from 'node:test'
import { scannerConformance, silentLog } from '@fsigk/testing'
import { ClamavScanner } from '../src/clamav-scanner.js'
import { startClamd } from './kit/clamd.js'
import { eicar } from './kit/samples.js'
import { clamavSettings, noFolders } from './kit/settings.js'

const clamd = await startClamd()
after(() => clamd[Symbol.asyncDispose]())

scannerConformance({
  name: 'scanner-clamav',
  make: () => new ClamavScanner(silentLog, noFolders),
  sample: { content: eicar, threat: 'Eicar-Test-Signature' },
  settings: { ...clamavSettings, servers: clamd.socket },
})
