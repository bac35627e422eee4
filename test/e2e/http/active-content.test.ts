/** What documents would run is seen by the rules of an engine, wherever in them it stands. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { parseLogLine, startTestGateway, startWebOrigin } from '@fsigk/testing'
import { startClamd } from '../../peers/clamd.js'
import { curl } from '../../peers/curl.js'

const MARK = 'marked-for-clamd'

/** A PDF that runs a script when it is opened. The script stands in a compressed stream (ISO 32000-1, 7.3.8, 12.6.4.16). */
function pdfThatRuns(script: string): Buffer {
  const stream = deflateSync(script)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS 4 0 R >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>',
    `<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n${stream.toString('latin1')}\nendstream`,
  ].map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`)
  let offset = '%PDF-1.4\n'.length
  const entries = objects.map((object) => {
    const entry = `${String(offset).padStart(10, '0')} 00000 n \n`
    offset += object.length
    return entry
  })
  const table = `xref\n0 5\n0000000000 65535 f \n${entries.join('')}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${offset}\n%%EOF\n`
  return Buffer.from(`%PDF-1.4\n${objects.join('')}${table}`, 'latin1')
}

describe('active content', () => {
  test('a script in a PDF, compressed as it is, and one in a page are met by rules about them [SCAN-13]', async () => {
    await using clamd = await startClamd()
    const script = (text: string) => `app.alert('${text.padEnd(200, '.')}')`
    const page = (text: string) => `<html><body onload="${text}"><p>fine</p></body></html>`
    await using origin = await startWebOrigin({
      '/fine.pdf': pdfThatRuns(script('fine')),
      '/marked.pdf': pdfThatRuns(script(MARK)),
      '/fine.html': page('fine'),
      '/marked.html': page(MARK),
    })
    assert.ok(!pdfThatRuns(script(MARK)).includes(MARK), 'hidden by its compression')
    await using gateway = await startTestGateway({
      settings: { 'plugins.scanners': 'scanner-clamav', 'scanner_clamav.servers': clamd.socket },
    })
    for (const kind of ['pdf', 'html']) {
      assert.equal((await curl(gateway, `${origin.url}/fine.${kind}`)).status, 200, kind)
      assert.equal((await curl(gateway, `${origin.url}/marked.${kind}`)).status, 403, kind)
      const { detection } = parseLogLine(await gateway.line('http', 'detect', `/marked.${kind}`))
      assert.equal(detection.name, 'Marker.Test')
    }
  })
})
