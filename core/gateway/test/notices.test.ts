import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NoticeTemplate, type NoticeValues, noticeTime, noticeVariables, virusInfoUrl } from '../src/notices.js'

const values = Object.fromEntries(noticeVariables.map((name) => [name, `value of ${name}`])) as Record<
  string,
  string
> as NoticeValues

describe('notices', () => {
  test('all 25 variables of the guide are filled in', () => {
    assert.equal(noticeVariables.length, 25)
    const text = noticeVariables.map((name) => `<p>\${${name}}</p>`).join('')
    const expected = noticeVariables.map((name) => `<p>value of ${name}</p>`).join('')
    assert.equal(new NoticeTemplate(text).fill(values, 'html'), expected)
  })

  test('what is no variable stays as it is', () => {
    const text = '${NO_SUCH} $URL ${url} ${} ${URL $${ACTION}} {URL} 100% \\${'
    assert.equal(new NoticeTemplate(text).fill(values, 'html'), text.replace('${ACTION}', 'value of ACTION'))
  })

  test('a value is text, never markup and never a template', () => {
    const hostile = { ...values, URL: `http://x/<script>'"&\`\${ACTION}\u0000\u001b[31m\u202e\ud800` }
    assert.equal(
      new NoticeTemplate('<a href="${URL}">').fill(hostile, 'html'),
      '<a href="http://x/&lt;script&gt;&#39;&quot;&amp;&#96;${ACTION}[31m\ufffd">',
    )
    assert.equal(new NoticeTemplate('${URL}').fill({ ...hostile, URL: 'a\r\nb\t<\u0007>' }, 'text'), 'a\r\nb\t<>')
  })

  test('the same template is filled in again and again', () => {
    const template = new NoticeTemplate('${ACTION}-${ACTION}')
    for (const action of ['PASS', 'DELETE'])
      assert.equal(template.fill({ ...values, ACTION: action }, 'html'), `${action}-${action}`)
  })

  test('an empty template is an empty notice', () => {
    assert.equal(new NoticeTemplate('').fill(values, 'html'), '')
  })

  test('times are written as the guide writes them', () => {
    assert.equal(noticeTime(new Date(2002, 4, 7, 16, 16, 17)), 'Tue May 7 16:16:17 2002')
    assert.equal(noticeTime(new Date(2026, 10, 24, 1, 2, 3)), 'Tue Nov 24 01:02:03 2026')
  })

  test('the address of more information carries the name as one value', () => {
    const pattern = 'http://virus.example/search?q=${DETECTION_NAME}'
    assert.equal(virusInfoUrl(pattern, 'W32/NetSky.D@mm'), 'http://virus.example/search?q=W32%2FNetSky.D%40mm')
    assert.match(virusInfoUrl(pattern, 'a&b=c\ud800'), /\?q=a%26b%3Dc%EF%BF%BD$/)
    assert.match(virusInfoUrl(pattern, "$& $' ${URL}"), /\?q=%24%26%20%24'%20%24%7BURL%7D$/)
    assert.equal(virusInfoUrl('http://virus.example/?q=', 'W32/A'), 'http://virus.example/?q=W32%2FA')
    assert.equal(virusInfoUrl('', 'W32/A'), '')
    assert.equal(virusInfoUrl(pattern, ''), '')
  })
})
