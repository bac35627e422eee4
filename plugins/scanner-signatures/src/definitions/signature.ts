/** Where a literal must stand to count, as offsets into the content. */
export type Anchor =
  | { readonly at: 'anywhere' }
  /** Its first byte is at this offset. */
  | { readonly at: 'offset'; readonly offset: number }
  /** Its last byte is the last of the content. */
  | { readonly at: 'end' }
  /** At the start; and in content that is made of parts (multipart, message) also right after an empty line. */
  | { readonly at: 'part' }

export interface HashSignature {
  readonly kind: 'sha256'
  readonly threat: string
  /** 64 lower-case hex digits. */
  readonly digest: string
  /** The length of the file in bytes. Undefined: any length, so that every content has to be hashed. */
  readonly bytes: number | undefined
}

export interface LiteralSignature {
  readonly kind: 'literal'
  readonly threat: string
  /** 4 to 256 bytes. */
  readonly pattern: Buffer
  readonly anchor: Anchor
}

export type Signature = HashSignature | LiteralSignature
