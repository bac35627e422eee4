/** Files that stand in a part in an encoding of their own: in a text, or in TNEF. */
import { EmbeddedFiles } from './codecs/embedded-files.js'
import type { EmbeddedEvent } from './codecs/embedded-reader.js'

export { tnefFiles } from './codecs/tnef/tnef-files.js'

import type { Openable } from './source.js'

export interface FileWithin {
  /** As they stand. */
  readonly names: readonly string[]
  /** `''` when the form does not tell. */
  readonly type: string
  /** Once, and before the next file is asked for. */
  readonly body: AsyncIterable<Buffer>
}

/** Those of a text, in every way in which readers take them out. */
export async function* embeddedFiles(content: Openable): AsyncGenerator<FileWithin> {
  const first = new EmbeddedFiles()
  yield* filesOf(content, first)
  for (const make of first.others()) yield* filesOf(content, make())
}

async function* filesOf(content: Openable, finder: EmbeddedFiles): AsyncGenerator<FileWithin> {
  const events = eventsOf(content, finder)
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    if (next.value.is !== 'file') continue
    const body = bodyOf(events)
    yield { names: [next.value.name], type: '', body }
    for await (const _ of body);
  }
}

async function* eventsOf(content: Openable, finder: EmbeddedFiles): AsyncGenerator<EmbeddedEvent> {
  for await (const chunk of content.open()) yield* finder.push(chunk)
  yield* finder.end()
}

async function* bodyOf(events: AsyncGenerator<EmbeddedEvent>): AsyncGenerator<Buffer> {
  for (;;) {
    const { done, value } = await events.next()
    if (done === true || value.is !== 'data') return
    yield value.bytes
  }
}

/** The body of one of them, once more. */
export async function* nthBody(files: AsyncIterable<FileWithin>, index: number): AsyncGenerator<Buffer> {
  let at = 0
  for await (const { body } of files) {
    if (at++ === index) {
      yield* body
      return
    }
    for await (const _ of body);
  }
}
