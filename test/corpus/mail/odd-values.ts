/** Files that stand in calendars, cards and links. */
import { mailOf, type Payload, type Row, withPart } from './odd-mail.js'

const calendar = (property: string) =>
  `BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1@example.com\n${property}\nEND:VEVENT\nEND:VCALENDAR\n`
const card = (version: string, property: string) =>
  `BEGIN:VCARD\nVERSION:${version}\nFN:Ann Example\n${property}\nEND:VCARD\n`

/** Lines that go on with a space. */
const folded = ({ base64 }: Payload) => base64.replaceAll('\n', '').replace(/.{40}/g, '$&\n ')
const uri = ({ base64 }: Payload) => `data:application/octet-stream;base64,${base64.replaceAll('\n', '')}`
const percents = ({ escaped }: Payload) => escaped.replaceAll('=\n', '').replaceAll('=', '%')

export const oddValues: readonly Row[] = [
  [
    'a file of a calendar',
    (payload) =>
      withPart(
        'Content-Type: text/calendar; method=REQUEST',
        calendar(
          `ATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY;\n FILENAME=minutes.bin:\n ${folded(payload)}`,
        ),
      ),
    'valid',
  ],
  [
    'a file of a calendar in base64',
    (payload) =>
      withPart(
        'Content-Type: text/calendar\nContent-Transfer-Encoding: base64',
        Buffer.from(calendar(`ATTACH;VALUE=BINARY;ENCODING=BASE64:${folded(payload)}`)).toString('base64'),
      ),
    'valid',
  ],
  [
    'a calendar as a file',
    (payload) =>
      withPart(
        'Content-Type: application/octet-stream; name="invite.ics"',
        calendar(`ATTACH;VALUE=BINARY;ENCODING=BASE64:${folded(payload)}`),
      ),
    'valid',
  ],
  [
    'a link in a calendar',
    (payload) => withPart('Content-Type: text/calendar', calendar(`ATTACH:${uri(payload).replace(/.{50}/g, '$&\n ')}`)),
    'valid',
  ],
  [
    'a file of a card, 2.1',
    (payload) =>
      withPart('Content-Type: text/x-vcard', card('2.1', `SOUND;WAVE;ENCODING=BASE64:\n ${folded(payload)}\n`)),
    'valid',
  ],
  [
    'a file of a card, 2.1, quoted-printable',
    ({ escaped }) => withPart('Content-Type: text/x-vcard', card('2.1', `AGENT;ENCODING=QUOTED-PRINTABLE:${escaped}`)),
    'valid',
  ],
  [
    'a file of a card, 3.0',
    (payload) =>
      withPart('Content-Type: text/directory; profile=vCard', card('3.0', `KEY;ENCODING=b:${folded(payload)}`)),
    'valid',
  ],
  [
    'a file of a card, 4.0',
    (payload) => withPart('Content-Type: text/vcard', card('4.0', `KEY:${uri(payload).replace(/.{50}/g, '$&\n ')}`)),
    'valid',
  ],
  [
    'a link with its file',
    (payload) => mailOf('Content-Type: text/html', `<a href="${uri(payload)}" download="minutes.bin">minutes</a>\n`),
    'valid',
  ],
  [
    'a link with its file in percent signs',
    (payload) => mailOf('Content-Type: text/html', `<a href="data:text/html,${percents(payload)}">minutes</a>\n`),
    'valid',
  ],
]
