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
  // Processes that were ended may have children that write for a moment longer.
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  return { path, [Symbol.asyncDispose]: remove }
}
