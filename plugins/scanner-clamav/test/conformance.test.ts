import { after } from 'node:test'
import { scannerConformance, silentLog } from '@fsigk/testing'
import { ClamavScanner } from '../src/clamav-scanner.js'
import { type Clamd, startClamd } from './kit/clamd.js'
import { eicar } from './kit/samples.js'
import { clamavSettings } from './kit/settings.js'

let clamd: Promise<Clamd> | undefined
const settings = { ...clamavSettings }

after(async () => (await clamd)?.[Symbol.asyncDispose]())

scannerConformance({
  name: 'scanner-clamav',
  async start() {
    clamd ??= startClamd()
    settings.servers = (await clamd).socket
    const scanner = new ClamavScanner(silentLog)
    await scanner.start(settings, new AbortController().signal)
    return scanner
  },
  infected: eicar,
  threat: 'Eicar-Test-Signature',
  settings,
})
