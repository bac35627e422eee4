import type { NotifierSubject } from '@fsigk/testing'
import { startReceiver } from './receiver.js'

/** What the conformance suite tries this notifier with; `fsigk-plugin verify` uses it too. Nobody listens on port 1. */
const subject: NotifierSubject = {
  settings: { url: 'http://127.0.0.1:1/' },
  receiver: startReceiver,
  unreachable: { url: 'http://127.0.0.1:1/' },
}
export default subject
