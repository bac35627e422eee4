import type { ScannerSubject } from '@fsigk/testing'

/** What the conformance suite tries this scanner with; `fsigk-plugin verify` uses it too. */
const subject: ScannerSubject = {
  settings: { markers: 'SAMPLE-MALWARE-MARKER', threat: 'Sample/Marker' },
  sample: { content: Buffer.from('some text, the SAMPLE-MALWARE-MARKER, and more'), threat: 'Sample/Marker' },
}
export default subject
