/** Takes an encoding off, whatever pieces its input comes in. */
export interface TransferDecoder {
  push(chunk: Buffer): Buffer
  /** What was left of the input when it ended. */
  end(): Buffer
  /** Once it has ended: decoders of the same input as further readers decode it, none where all of them agree. */
  others(): readonly (() => TransferDecoder)[]
}

export const NOTHING: Buffer = Buffer.alloc(0)
