import type { SpamFilterSubject } from '@fsigk/testing'

/** What the conformance suite tries this filter with; `fsigk-plugin verify` uses it too. */
const subject: SpamFilterSubject = {
  settings: { words: 'lottery,prize,million', limit: 2 },
  sample: {
    mail: Buffer.from('From: <x@example.org>\r\nSubject: Lottery\r\n\r\nYou won a PRIZE.\r\n'),
    name: 'Sample/Words',
  },
}
export default subject
