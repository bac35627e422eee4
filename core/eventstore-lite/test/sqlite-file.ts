import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A place for a store file in a folder of its own, removed when disposed. */
export async function temporaryFile(): Promise<{ readonly file: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'eventstore-lite-'))
  return {
    file: join(folder, 'events.db'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
