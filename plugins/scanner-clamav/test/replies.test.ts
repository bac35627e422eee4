import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scanReply } from '../src/replies.js'

const unscanned = (because: string, detail: string) => ({ findings: [], unscanned: [{ because, detail }] })
const found = (threat: string, category: string) => ({ findings: [{ threat, category }] })

for (const [line, report] of [
  ['stream: OK', { findings: [] }],
  ['/var/tmp/a: OK', { findings: [] }],
  ['stream: Win.Test.EICAR_HDB-1 FOUND', found('Win.Test.EICAR_HDB-1', 'malware')],
  ['stream: Ours.UNOFFICIAL FOUND', found('Ours', 'malware')],
  ['stream: PUA.Win.Packer.Upx-4 FOUND', found('PUA.Win.Packer.Upx-4', 'riskware')],
  ['stream: Heuristics.Phishing.Email FOUND', found('Heuristics.Phishing.Email', 'malware')],
  [
    'stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND',
    unscanned('max-nested', 'Heuristics.Limits.Exceeded.MaxRecursion'),
  ],
  [
    'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND',
    unscanned('undecodable', 'Heuristics.Limits.Exceeded.MaxFileSize'),
  ],
  [
    'stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND',
    unscanned('scan-timeout', 'Heuristics.Limits.Exceeded.MaxScanTime'),
  ],
  ['stream: Heuristics.Encrypted.Zip FOUND', unscanned('encrypted', 'Heuristics.Encrypted.Zip')],
  ['INSTREAM: Size limit exceeded. ERROR', unscanned('undecodable', 'larger than StreamMaxLength of clamd')],
  ['INSTREAM size limit exceeded. ERROR', unscanned('undecodable', 'larger than StreamMaxLength of clamd')],
] as const) {
  test(`'${line}' is a report [SCAN-02]`, () => assert.deepEqual(scanReply(line), { is: 'report', report }))
}

for (const line of [
  '/var/tmp/a: lstat() failed: Permission denied. ERROR',
  '/var/tmp/a: Access denied. ERROR',
  "/var/tmp/a: Can't open file or directory ERROR",
]) {
  test(`'${line}' asks for the bytes [SCAN-02]`, () => assert.deepEqual(scanReply(line), { is: 'no-access' }))
}

for (const line of ['COMMAND READ TIMED OUT', 'stream: Can not allocate memory ERROR', '', 'OK', 'stream: FOUND']) {
  test(`'${line}' is never taken for clean [SCAN-02]`, () =>
    assert.deepEqual(scanReply(line), { is: 'error', text: line }))
}
