/**
 * Where our parser refuses what llhttp accepts, by design. `fuzz.test.ts` holds that there is no other difference.
 */
export interface Rule {
  readonly says: string
  readonly because: string
  readonly kind: 'request' | 'response' | 'both'
  /**
   * @param end how our reading ended
   * @param text all of the bytes, latin1
   * @param rest of them, what we had not read when we stopped
   */
  applies(end: string, text: string, rest: string): boolean
}

const has = (text: string, pattern: RegExp) => pattern.test(text)

export const stricter: readonly Rule[] = [
  {
    says: 'a version of HTTP other than 1.0 and 1.1 (and 0.9 in requests)',
    because: 'guide 11.6 answers 505; RFC 9112, 2.3',
    kind: 'both',
    applies: (end, text) => (end === 'version' || end === 'responseSyntax') && has(text, /HTTP\/(?!1\.[01])/),
  },
  {
    says: 'a transfer coding other than exactly chunked, once',
    because:
      'whether the coded bytes, the chunks or the connection ends the body is read differently by different readers',
    kind: 'both',
    applies: (end, text) =>
      (end === 'framing' || end === 'responseFraming') &&
      has(text, /transfer-encoding:(?! *chunked *\r)|transfer-encoding:[\s\S]*transfer-encoding:/i),
  },
  {
    says: 'chunks from a sender of HTTP/1.0 or 0.9, a length in HTTP/0.9',
    because: 'RFC 9112, 6.1: framing that the sender cannot have meant',
    kind: 'both',
    applies: (end, text) => (end === 'framing' || end === 'responseFraming') && has(text, /HTTP\/(1\.0|0\.9)/),
  },
  {
    says: 'more than one Host',
    because: 'RFC 9112, 3.2',
    kind: 'request',
    applies: (end, text) => end === 'hostTwice' && has(text, /^host:[\s\S]*^host:/im),
  },
  {
    says: 'more than one space between the words of a request line',
    because: 'RFC 9112, 3: single spaces',
    kind: 'request',
    applies: (end, text) => (end === 'urlFormat' || end === 'version') && has(text, /[A-Z]+ {2}| {2,}\S*\r/),
  },
  {
    says: 'a tab after a length or a transfer coding',
    because: 'some readers take it for a part of the value',
    kind: 'both',
    applies: (end, text) =>
      (end === 'fieldSyntax' || end === 'responseSyntax') &&
      has(text, /^(content-length|transfer-encoding):[^\r\n]*\t *\r/im),
  },
  {
    says: 'a chunk size of more than 13 digits',
    because: 'below 2^53 no size is ever rounded, and nobody pads sizes with zeros',
    kind: 'both',
    applies: (end, text) => end === 'broken body' && has(text, /[0-9a-f]{14}/i),
  },
  {
    says: 'a control character in the reason phrase',
    because: 'RFC 9112, 4; it would be forwarded',
    kind: 'response',
    applies: (end, text) =>
      end === 'responseSyntax' && has(text, /HTTP\/1\.[01] \d{3} [^\r\n]*[\x00-\x08\x0b-\x1f\x7f]/),
  },
  {
    says: 'a request line without a version, of another method than GET',
    because: 'HTTP/0.9 has GET alone (RFC 1945, 4.1)',
    kind: 'request',
    applies: (end, text) => end === 'version' && has(text, /[A-Z]+ [^ \r\n]*\r\n/),
  },
  {
    says: 'CR or LF alone',
    because: 'RFC 9112, 2.2 leaves it to the reader whether that is a line end, so readers differ',
    kind: 'both',
    applies: (end, text) => end !== 'whole' && has(text, /(^|[^\r])\n|\r(?!\n)/),
  },
  {
    says: 'a chunk extension other than ;name, ;name=value and ;name="value"',
    because: 'RFC 9112, 7.1.1',
    kind: 'both',
    applies: (end, text) => end === 'broken body' && has(text, /[0-9a-f];/i),
  },
  {
    says: 'an empty line before a status line',
    because: 'RFC 9112, 2.2 allows it before requests only',
    kind: 'response',
    applies: (end, _, rest) => (end === 'responseSyntax' || end === 'unfinished') && has(rest, /^[\r\n]/),
  },
  {
    says: 'CR or LF alone before a request line',
    because: 'RFC 9112, 2.2 asks to read past empty lines, which end in CR LF',
    kind: 'request',
    applies: (end, _, rest) => end === 'methodCharacter' && has(rest, /^[\r\n]/),
  },
  {
    says: 'chunks announced by 1xx or 204, a body announced by 1xx',
    because: 'RFC 9112, 6.1; RFC 9110, 8.6',
    kind: 'response',
    applies: (end, text) => end === 'responseFraming' && has(text, /HTTP\/1\.[01] (1\d\d|204)/),
  },
  {
    says: 'a body of 205',
    because: 'RFC 9110, 15.3.6; browsers take it for the next response',
    kind: 'response',
    applies: (end, text) => end === 'responseFraming' && has(text, /HTTP\/1\.[01] 205/),
  },
  {
    says: 'a length of more than 15 digits',
    because: 'below 2^53 no length is ever rounded',
    kind: 'both',
    applies: (end, text) => (end === 'framing' || end === 'responseFraming') && has(text, /content-length: *\d{16}/i),
  },
]
