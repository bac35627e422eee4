import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own, removed with everything in it on disposal. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
}

/** @param purpose stands in the folder's name, for whoever finds it after a crash */
export async function temporaryFolder(purpose = 'home'): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `fsigk-${purpose}-`))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
