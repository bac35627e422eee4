const encoder = new TextEncoder()

/** The length of a text in bytes of UTF-8, which is how the guide's limits count. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).length
}
