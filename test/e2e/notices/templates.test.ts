/** Templates of guide 7.3, by pages that a browser gets from the running gateway. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { exchange, parseLogLine, startTestGateway, startWebOrigin } from '@fsigk/testing'
import { EICAR } from '../../peers/samples.js'
import { textOf } from '../logs/waiting.js'

/** All of guide 7.3, written down once more: a variable that is lost is noticed here. */
const variables =
  'SERVICE_TYPE DETECTION_NAME VIRUS_INFO_URL CLIENT_HOST CLIENT_ADDR SERVER_HOST SERVER_ADDR STATUS METHOD URL CONTENT_TYPE CONTENT_LENGTH FILENAME QUARANTINE_FILE TIME TIME_STR HEADER TEXT MAILFROM RCPTTO MESSAGE_ID ERROR_STR ACTION PATH_QUERY X_FORWARDED_FOR'.split(
    ' ',
  )

const template = `${variables.map((name) => `<i title="\${${name}}">${name}=\${${name}}</i>`).join('\n')}\n<b>\${FOO} #{URL} \${url} $\{URL</b>\n`

const get = (url: string, fields = '') => `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields}\r\n`

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '&#39;')

/** The values on a page made of `template`, as they stand there. */
function valuesOf(answer: string): ReadonlyMap<string, string> {
  const page = answer.slice(answer.indexOf('\r\n\r\n') + 4)
  return new Map(
    variables.map((name) => {
      const [, attribute, text] =
        new RegExp(`<i title="([^"<>]*)">${name}=([^<>]*)</i>`).exec(page) ?? assert.fail(`${name} in ${page}`)
      assert.equal(text, attribute, name)
      return [name, text ?? '']
    }),
  )
}

describe('templates', () => {
  test('a detection page and an error page hold all 25 variables, escaped, and none of them is expanded again [TPL-01]', async () => {
    await using gateway = await startTestGateway({
      settings: {
        'template.http': template,
        'template.http_error': template,
        'http.quarantine': true,
        'common.virus_info_url': 'http://info.test/?lang=en&q=${DETECTION_NAME}',
      },
    })
    await using origin = await startWebOrigin({
      '/a': (_request, response) =>
        response
          .setHeader('Content-Type', 'text/plain; x="<b>&"')
          .setHeader(
            'Content-Disposition',
            `attachment; filename*=UTF-8''${encodeURIComponent('<i>"${TIME}"\'日.com')}`,
          )
          .setHeader('Content-Length', EICAR.length)
          .end(EICAR),
    })
    const path = `/a?<script>alert('\${TIME}')</script>&"#{URL}`
    const before = Math.floor(Date.now() / 1000)
    // By its name, so that name and address of the server are told apart.
    const url = `http://localhost:${origin.port}${path}`
    const blocked = await exchange(gateway.http, get(url, 'X-Forwarded-For: "><script>${URL}\r\n'))
    const values = valuesOf(Buffer.from(blocked, 'latin1').toString())
    const line = parseLogLine(await gateway.line('http', 'detect', '/a'))

    const expected = new Map<string, string | RegExp>([
      ['SERVICE_TYPE', 'http'],
      ['DETECTION_NAME', line.detection.name],
      ['VIRUS_INFO_URL', `http://info.test/?lang=en&amp;q=${encodeURIComponent(line.detection.name)}`],
      ['CLIENT_HOST', '127.0.0.1'],
      ['CLIENT_ADDR', '127.0.0.1'],
      ['SERVER_HOST', 'localhost'],
      ['SERVER_ADDR', '127.0.0.1'],
      ['STATUS', '403'],
      ['METHOD', 'GET'],
      ['URL', /^http:\/\/localhost:\d+\/a\?.*script/],
      ['CONTENT_TYPE', /^text\/plain/],
      ['CONTENT_LENGTH', `${EICAR.length}`],
      ['FILENAME', escaped('<i>"${TIME}"\'日.com')],
      ['QUARANTINE_FILE', /\S/],
      ['TIME', /^\d+$/],
      ['TIME_STR', /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/],
      ['ERROR_STR', ''],
      ['ACTION', 'DELETE'],
      ['PATH_QUERY', /^\/a\?/],
      ['X_FORWARDED_FOR', escaped('"><script>${URL}')],
      ...['HEADER', 'TEXT', 'MAILFROM', 'RCPTTO', 'MESSAGE_ID'].map((name) => [name, ''] as const),
    ])
    assert.deepEqual([...expected.keys()].sort(), [...variables].sort())
    for (const [name, value] of expected)
      if (typeof value === 'string') assert.equal(values.get(name), value, name)
      else assert.match(values.get(name) ?? '', value, name)
    const time = Number(values.get('TIME'))
    assert.ok(time >= before && time <= before + 60, `${time}`)
    assert.match(values.get('PATH_QUERY') ?? '', /\$(\{|%7B)TIME(\}|%7D)/)
    assert.ok(blocked.includes('<b>${FOO} #{URL} ${url} ${URL</b>'), blocked)
    assert.doesNotMatch(blocked, /<script/i)

    const refused = valuesOf(await exchange(gateway.http, get(`http://127.0.0.1:1/<script>?'\${TIME}`)))
    assert.equal(refused.get('STATUS'), '503')
    assert.equal(refused.get('DETECTION_NAME'), '')
    assert.equal(refused.get('VIRUS_INFO_URL'), '')
    assert.notEqual(refused.get('ERROR_STR'), '')
    assert.match(refused.get('PATH_QUERY') ?? '', /TIME/)
  })

  test('the shipped pages follow common.language, and one of our own comes from a file of 9000 bytes at most [TPL-03]', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    const page = async () =>
      Buffer.from(await exchange(gateway.http, get(`${origin.url}/eicar.com`)), 'latin1').toString()
    assert.match(await page(), /<html lang="en"/)
    await gateway.set({ 'common.language': 'ja' })
    assert.match(await page(), /<html lang="ja"[\s\S]*ウイルス/)
    assert.match(await textOf(gateway, 'conf/template_admin.txt'), /^Subject: ウイルス/)

    const file = join(gateway.home, 'page.html')
    const longest = `<p>\${ACTION} 検疫</p>\n`.padEnd(9000 - '検疫'.length * 2, '.')
    assert.equal(Buffer.byteLength(longest), 9000)
    await writeFile(file, longest)
    const kept = await gateway.cli('config', 'set', `template.http=@${file}`)
    assert.equal(kept.code, 0, kept.stderr)
    assert.ok((await page()).endsWith(longest.replace('${ACTION}', 'DELETE')))
    await writeFile(file, `${longest}.`)
    const refused = await gateway.cli('config', 'set', `template.http=@${file}`)
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /template\.http.*9,?000/)
    assert.equal(await textOf(gateway, 'conf/template_http.html'), longest)
  })
})
