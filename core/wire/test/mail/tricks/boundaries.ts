/** What may be the boundary of a multipart. */
import { binary, end, lines, mixed, part, type Trick, top, typed } from './kit.js'

export const boundaries: readonly Trick[] = [
  { says: 'a plain boundary', mail: typed('multipart/mixed; boundary=b') },
  { says: 'a boundary in quotation marks', mail: typed('multipart/mixed; boundary="b"') },
  { says: 'a boundary in apostrophes', mail: typed("multipart/mixed; boundary='b'") },
  { says: 'a boundary without its second quotation mark', mail: typed('multipart/mixed; boundary="b') },
  { says: 'a boundary with escapes', mail: typed('multipart/mixed; boundary="\\b"') },
  { says: 'white space around the equals sign', mail: typed('multipart/mixed; boundary = b') },
  { says: 'a comment before the boundary', mail: typed('multipart/mixed; boundary=(hm)b') },
  { says: 'a comment behind the boundary', mail: typed('multipart/mixed; boundary=b (hm)') },
  { says: 'a comment in the type', mail: typed('multipart (a (nested) one) / mixed; boundary=b') },
  { says: 'a comment with a quotation mark', mail: typed('multipart/mixed (say "); boundary=b') },
  { says: 'a folded field', mail: typed('multipart/mixed;\r\n\t boundary=\r\n b') },
  { says: 'a field of other letters', mail: typed('MULTIPART/Mixed; BOUNDARY=b') },
  { says: 'an extended boundary', mail: typed("multipart/mixed; boundary*=us-ascii'en'%62") },
  {
    says: 'a boundary in pieces',
    mail: lines(...top('multipart/mixed; boundary*0=b; boundary*1="c"'), '--bc', ...binary, '--bc--'),
  },
  {
    says: 'pieces in another order',
    mail: lines(...top('multipart/mixed; boundary*1=c; boundary*0*=%62'), '--bc', ...binary, '--bc--'),
  },
  { says: 'an encoded word for a boundary', mail: typed('multipart/mixed; boundary="=?us-ascii?Q?b?="') },
  { says: 'two boundaries, the first meant', mail: typed('multipart/mixed; boundary=b; boundary=c') },
  { says: 'two boundaries, the second meant', mail: typed('multipart/mixed; boundary=c; boundary=b') },
  { says: 'a boundary behind a comma', mail: typed('multipart/mixed, boundary=b') },
  { says: 'a boundary behind nothing but white space', mail: typed('multipart/mixed boundary=b') },
  { says: 'a zero byte behind the boundary', mail: typed('multipart/mixed; boundary=b\0; x=y') },
  { says: 'a zero byte in the type', mail: typed('multi\0part/mixed; boundary=b') },
  {
    says: 'bytes beyond ASCII in a boundary',
    mail: lines(...top('multipart/mixed; boundary="b\xe9"'), '--b\xe9', ...binary, '--b\xe9--'),
  },
  { says: 'white space at the end of a boundary', mail: typed('multipart/mixed; boundary="b  "') },
  { says: 'an empty boundary', mail: lines(...top('multipart/mixed; boundary=""'), '--', ...binary, '----') },
  {
    says: 'two types with a boundary each',
    mail: lines('Content-Type: multipart/mixed; boundary=a', ...mixed, '--a', '', 'x', ...part, end),
  },
  { says: 'a second type that is no multipart', mail: lines('Content-Type: text/plain', ...mixed, ...part, end) },
  { says: 'a multipart without a boundary', mail: typed('multipart/mixed') },
  { says: 'half of a type', mail: typed('multipart; boundary=b') },
  { says: 'a boundary of a type that is no multipart', mail: typed('text/plain; boundary=b') },
  { says: 'parts that no header declares', mail: lines('Subject: x', '', ...part, end) },
  { says: 'parts in a text', mail: lines(...mixed, '--b', '', 'As you asked:', '--c', ...binary, '--c--', end) },
]
