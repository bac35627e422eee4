/** Parts of files that readers put together. */
import type { Piece } from './embedded-reader.js'

export interface PlacedPiece extends Piece {
  readonly name: string
  /** Which file of the text it is. */
  readonly index: number
}

/**
 * What makes a file together, in every order that some reader follows: by the numbers, where one comes twice by its first and by its
 * last; by where the parts say that they begin; as they stand.
 */
export function joins(
  pieces: readonly PlacedPiece[],
): readonly { readonly name: string; readonly indexes: readonly number[] }[] {
  const byName = new Map<string, PlacedPiece[]>()
  for (const piece of pieces) {
    const known = byName.get(piece.name)
    if (known === undefined) byName.set(piece.name, [piece])
    else known.push(piece)
  }
  return [...byName].flatMap(([name, own]) => ordersOf(own).map((indexes) => ({ name, indexes })))
}

function ordersOf(pieces: readonly PlacedPiece[]): readonly (readonly number[])[] {
  const byNumber = pieces.toSorted((one, other) => one.number - other.number)
  const orders = [
    byNumber.filter(({ number }, at) => number !== byNumber[at - 1]?.number),
    byNumber.filter(({ number }, at) => number !== byNumber[at + 1]?.number),
    pieces.toSorted((one, other) => one.begin - other.begin),
    pieces,
  ]
  const different = new Map<string, readonly number[]>()
  for (const order of orders) {
    const indexes = order.map(({ index }) => index)
    if (indexes.length > 1) different.set(indexes.join(), indexes)
  }
  return [...different.values()]
}
