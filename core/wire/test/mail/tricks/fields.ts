/** How a field may be written. */
import { base64, bytes, headed, quotedPrintable, type Trick } from './kit.js'

export const fields: readonly Trick[] = [
  { says: 'white space before a colon', mail: headed('Content-Transfer-Encoding : base64') },
  { says: 'a tab before a colon', mail: headed('Content-Transfer-Encoding\t: base64') },
  { says: 'a folded name', mail: headed('Content-Transfer-\r\n Encoding: base64') },
  { says: 'a CR before a colon', mail: headed('Content-Transfer-Encoding\r: base64') },
  { says: 'a zero byte in a name', mail: headed('Content-Transfer-Enc\0oding: base64') },
  { says: 'a field of other letters', mail: headed('CONTENT-TRANSFER-ENCODING: BASE64') },
  { says: 'a folded value', mail: headed('Content-Transfer-Encoding:\r\n base64') },
  { says: 'a comment', mail: headed('Content-Transfer-Encoding: (so) base64 (it is)') },
  { says: 'nothing but a comment', mail: headed('Content-Transfer-Encoding: (base64)') },
  { says: 'an encoded word', mail: headed('Content-Transfer-Encoding: =?us-ascii?B?YmFzZTY0?=') },
  { says: 'quotation marks', mail: headed('Content-Transfer-Encoding: "base64"') },
  { says: 'a semicolon', mail: headed('Content-Transfer-Encoding: base64;') },
  { says: 'a zero byte', mail: headed('Content-Transfer-Encoding: base64\0x') },
  { says: 'a prefix', mail: headed('Content-Transfer-Encoding: x-base64') },
  {
    says: 'two encodings, the first meant',
    mail: headed('Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding: 7bit'),
  },
  {
    says: 'two encodings, the second meant',
    mail: headed('Content-Transfer-Encoding: quoted-printable', 'Content-Transfer-Encoding: base64'),
  },
  { says: 'a type that is only a name', mail: headed('Content-Type: name=x', 'Content-Transfer-Encoding: base64') },
  { says: 'no white space behind the colon', mail: headed('Content-Transfer-Encoding:base64') },
  { says: 'a header that ends in CR alone', mail: headed('X: y\rContent-Transfer-Encoding: base64') },
  {
    says: 'quoted-printable',
    mail: headed('Content-Transfer-Encoding: quoted-printable').replace(base64, quotedPrintable),
  },
  {
    says: 'base64 in two texts with padding',
    mail: headed('Content-Transfer-Encoding: base64').replace(
      base64,
      `${bytes.subarray(0, 10).toString('base64')}\r\n${bytes.subarray(10).toString('base64')}`,
    ),
  },
]
