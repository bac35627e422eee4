/** Messages as several programs write them, legal throughout, for senders who sign what they send (RFC 6376). Latin1, CRLF. */

export interface ShapedMessage {
  readonly shape: string
  readonly text: string
  /** Fields that are signed beside the usual ones. */
  readonly signs?: readonly string[]
}

const lines = (...all: readonly string[]) => all.map((line) => `${line}\r\n`).join('')

const utf8 = (text: string) => Buffer.from(text).toString('latin1')

const top = (subject: string, ...more: readonly string[]) =>
  lines(
    'Date: Tue, 14 Apr 2026 09:15:02 +0900',
    'From: Hanako <hanako@sender.example>',
    'To: reader@inside.example',
    'Message-ID: <20260414.1@sender.example>',
    `Subject: ${subject}`,
    ...more,
  )

const mime = (type: string, ...more: readonly string[]) => ['MIME-Version: 1.0', `Content-Type: ${type}`, ...more]

export const shapedMessages: readonly ShapedMessage[] = [
  { shape: 'plain text', text: top('hello') + lines('', 'Hello,', '', 'see you.', '-- ', 'Hanako') },
  { shape: 'spaces at the ends of lines', text: top('spaces   here  ') + lines('', 'a  ', '\tb \t ', '  ', ' c') },
  { shape: 'blank lines at the end', text: top('end') + lines('', 'text', '', '', '', '') },
  { shape: 'an empty body', text: `${top('nothing')}\r\n` },
  { shape: 'no body, nor a blank line', text: top('header only') },
  { shape: 'a body of one blank line', text: `${top('blank')}\r\n\r\n` },
  { shape: 'dots', text: top('dots') + lines('', '.', '..', '...', '.text', ' .', '. ', '.') },
  {
    shape: 'lines of 998 bytes',
    text: top('long') + lines('', 'x'.repeat(998), `.${'y'.repeat(997)}`, 'z'.repeat(998)),
  },
  {
    shape: 'folded fields',
    text:
      lines(
        'DATE:\tTue, 14 Apr 2026',
        '\t09:15:02\t+0900  ',
        'fRoM: "Hanako',
        '   Yamada" (of  sales)',
        ' <hanako@sender.example>',
        'To: reader@inside.example,',
        '\tother@inside.example',
        'Subject:',
        ' on the next line',
        'X-Empty:',
        'X-Blanks:   ',
        'Message-ID:',
        ' <folded@sender.example>',
      ) + lines('', 'text'),
    signs: ['X-Empty', 'X-Blanks'],
  },
  {
    shape: 'fields that appear twice',
    text:
      lines('Comments: first', 'Comments: second', 'X-Virus-Status: clean(another gateway)') +
      top('twice', 'Comments: third') +
      lines('', 'text'),
    signs: ['Comments', 'X-Virus-Status'],
  },
  {
    shape: 'relayed before',
    text:
      lines(
        'Received: from a.example (a.example [192.0.2.1])',
        '\tby b.example (Postfix) with ESMTPS id 4F2A',
        '\tfor <reader@inside.example>; Tue, 14 Apr 2026 09:15:03 +0900 (JST)',
        'Received: by a.example; Tue, 14 Apr 2026 09:15:02 +0900',
      ) + lines(...top('relayed').trimEnd().split('\r\n'), '', 'text'),
    signs: ['Received'],
  },
  {
    shape: 'Outlook: text and HTML',
    text:
      top(
        'RE: =?iso-8859-1?Q?Stra=DFe?=',
        'Thread-Topic: =?iso-8859-1?Q?Stra=DFe?=',
        'Content-Language: de-DE',
        ...mime('multipart/alternative;', '\tboundary="_000_AM0PR05MB1234567890ABCDEF_"'),
      ) +
      lines(
        '',
        '--_000_AM0PR05MB1234567890ABCDEF_',
        'Content-Type: text/plain; charset="iso-8859-1"',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=FC=DFe aus der Stra=DFe, eine lange Zeile die weich umgebrochen wird und=',
        ' weiter geht.=20',
        '',
        '--_000_AM0PR05MB1234567890ABCDEF_',
        'Content-Type: text/html; charset="iso-8859-1"',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '<html><head><style><!-- p {margin:0} --></style></head><body lang=3D"DE">',
        '<p>Gr=FC=DFe</p></body></html>',
        '',
        '--_000_AM0PR05MB1234567890ABCDEF_--',
      ),
  },
  {
    shape: 'Gmail: an attachment',
    text:
      lines(
        'X-Gm-Message-State: AOJu0Yx',
        'X-Received: by 2002:a17:907 with SMTP id x; Tue, 14 Apr 2026 00:15:02 -0000',
      ) +
      top('report', ...mime('multipart/mixed; boundary="000000000000abc123"')) +
      lines(
        '',
        '--000000000000abc123',
        'Content-Type: text/plain; charset="UTF-8"',
        '',
        'See the report.',
        '',
        '--000000000000abc123',
        'Content-Type: application/pdf; name="report.pdf"',
        'Content-Disposition: attachment; filename="report.pdf"',
        'Content-Transfer-Encoding: base64',
        'X-Attachment-Id: f_m1',
        '',
        ...Array.from({ length: 300 }, (_, at) => Buffer.alloc(57, at).toString('base64')),
        '--000000000000abc123--',
      ),
  },
  {
    shape: 'Japanese in ISO-2022-JP',
    text:
      top(
        '=?ISO-2022-JP?B?GyRCJDMkcyRLJEEkTxsoQg==?=',
        ...mime('text/plain; charset=ISO-2022-JP'),
        'Content-Transfer-Encoding: 7bit',
      ) + lines('', '\x1b$B$3$s$K$A$O\x1b(B', '\x1b$B!#!V.\x1b(B', 'fin'),
  },
  {
    shape: 'UTF-8 as it is',
    text:
      top(utf8('こんにちは'), ...mime('text/plain; charset=utf-8'), 'Content-Transfer-Encoding: 8bit') +
      lines('', utf8('こんにちは、世界。'), utf8('Grüße')),
  },
  {
    shape: 'flowed text',
    text:
      top('flowed', ...mime('text/plain; charset=utf-8; format=flowed; delsp=yes')) +
      lines('', 'flows ', 'on ', ' From here', '>From there'),
  },
  {
    shape: 'a mailing list',
    text:
      top(
        '[list] topic',
        'List-Id: <list.sender.example>',
        'List-Unsubscribe: <mailto:leave@sender.example>,',
        ' <https://sender.example/leave?id=1>',
        'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
        'Precedence: list',
      ) + lines('', 'text', '_______________________________________________', 'list mailing list'),
    signs: ['List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post'],
  },
  {
    shape: 'a mail within a mail',
    text:
      top('Fwd: inner', ...mime('multipart/mixed; boundary=outer')) +
      lines(
        '',
        'Preamble',
        '--outer',
        '',
        'look:',
        '--outer',
        'Content-Type: message/rfc822',
        '',
        'From: other@sender.example',
        'Subject: inner',
        'Content-Type: multipart/alternative; boundary=inner',
        '',
        '--inner',
        '',
        'text',
        '--inner--',
        '--outer--',
        'Epilogue',
      ),
  },
  {
    shape: 'a delivery report',
    text:
      top('Undelivered', ...mime('multipart/report; report-type=delivery-status; boundary="r/1=2?3:4"')) +
      lines(
        '',
        '--r/1=2?3:4',
        '',
        'It could not be delivered.',
        '--r/1=2?3:4',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; sender.example',
        '',
        'Final-Recipient: rfc822; nobody@inside.example',
        'Action: failed',
        'Status: 5.1.1',
        '',
        '--r/1=2?3:4--',
      ),
  },
  {
    shape: 'uuencode in text',
    text: top('old ways') + lines('', 'begin 644 a.txt', '#86)C', '`', 'end'),
  },
  {
    shape: 'a newsletter of 300 KB',
    text:
      top('news', ...mime('text/html; charset=us-ascii')) +
      lines(
        '',
        '<html><body>',
        ...Array.from({ length: 4_000 }, (_, at) => `<p style="x:${at}">${'news '.repeat(11)}</p>`),
        '</body></html>',
      ),
  },
]
