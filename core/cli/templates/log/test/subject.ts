import type { LogSinkSubject } from '@fsigk/testing'
import { startDestination } from './destination.js'

/** What the conformance suite tries this sink with; `fsigk-plugin verify` uses it too. Nobody listens on port 1. */
const subject: LogSinkSubject = {
  settings: { host: '127.0.0.1', port: 1 },
  destination: startDestination,
  unreachable: { host: '127.0.0.1', port: 1 },
}
export default subject
