/** Text of a MAPI property, up to the zero that ends it: UTF-16, or UTF-8 where it is that, else latin1. */
export function textOf(bytes: Buffer, isUnicode = false): string {
  const text = isUnicode ? bytes.toString('utf16le') : eightBit(bytes)
  return text.split('\0', 1)[0] ?? ''
}

function eightBit(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}
