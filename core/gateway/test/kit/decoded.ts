/** Decoding in a folder of its own, for tests. */
import assert from 'node:assert/strict'
import { Deadline } from '../../src/pipeline/deadline.js'
import { decode } from '../../src/pipeline/decoded.js'
import { Spool } from '../../src/spool.js'
import { collected, pieces } from './bodies.js'
import { temporaryFolder } from './folders.js'
import { TestPeer } from './room.js'

interface DecodeOptions {
  readonly isCut?: boolean
  readonly limitMs?: number
  readonly pieceBytes?: number
  readonly peer?: TestPeer
}

/** The forms that are found beside the body itself, the last of them as `bytes`, and the first cause with its detail. */
export async function decoded(encoded: Buffer, names: readonly string[], options: DecodeOptions = {}, folder?: string) {
  await using own = await temporaryFolder()
  const place = { path: folder ?? own.path }
  const content = new Spool(place, 'file', 'text/plain')
  for (const piece of pieces(encoded, options.pieceBytes ?? 10_000)) await content.write(piece)
  await content.finish()
  const deadline = new Deadline(options.limitMs ?? 10_000, options.peer ?? new TestPeer())
  const result = await decode(content, names, options.isCut ?? false, place, deadline)
  deadline.close()
  const forms = await Promise.all(result.forms.map((form) => collected(form.open())))
  const [cause] = result.unscanned
  for (const form of result.forms) await form.release()
  await content.release()
  assert.deepEqual(await own.names(), [], 'nothing is left in the folder')
  return { forms, bytes: forms.at(-1), because: cause?.because, detail: cause?.detail ?? '' }
}
