/** What mails are made of that hide what they hold from one reader or another. */
/** What a scanner looks for. */
export const PAYLOAD = 'a payload that no reader may miss, whatever it does with the lines around it'
export const bytes = Buffer.from(PAYLOAD)
export const base64 = bytes.toString('base64')
export const quotedPrintable = [...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

export interface Trick {
  readonly says: string
  readonly mail: string
}

/** Lines that end in CR LF, without one behind the last. */
export function lines(...each: readonly string[]): string {
  return each.join('\r\n')
}

export const binary = ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64', '', base64]
export const top = (type: string) => ['From: a@example.com', 'MIME-Version: 1.0', `Content-Type: ${type}`, '']
export const mixed = top('multipart/mixed; boundary=b')
export const part = ['--b', ...binary]
export const end = '--b--'

/** A multipart by this Content-Type, whose boundary is `b`. */
export function typed(type: string): string {
  return lines(...top(type), ...part, end, '')
}

/** One part with this header. */
export function headed(...header: readonly string[]): string {
  const type = header.some((field) => /^content-type/i.test(field)) ? [] : ['Content-Type: application/octet-stream']
  return lines(...mixed, '--b', ...type, ...header, '', base64, end, '')
}

export function encoded(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64').replace(/.{76}/g, '$&\r\n')
}

export function uuencoded(name: string): string {
  const rows = bytes.toString('latin1').match(/.{1,45}/gs) ?? []
  const six = (value: number) => String.fromCharCode(value === 0 ? 0x60 : value + 0x20)
  const row = (text: string) => {
    let out = six(text.length)
    for (let at = 0; at < text.length; at += 3) {
      const [a = 0, b = 0, c = 0] = [0, 1, 2].map((offset) => text.charCodeAt(at + offset) || 0)
      out += [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map(six).join('')
    }
    return out
  }
  return lines(`begin 644 ${name}`, ...rows.map(row), '`', 'end')
}

export const inner = lines(...mixed, ...part, end, '')
