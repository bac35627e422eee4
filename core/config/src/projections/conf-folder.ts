/** Looks at the files of conf/ without touching them. */

import { type ConfFile, confFile } from './conf-file.js'
import { hashOf, WrittenHashes } from './written-hashes.js'
import { WrittenRevisions } from './written-revisions.js'

export interface FoundFile {
  readonly name: string
  readonly found: ConfFile
  /** Of an edited file, the hash of its content. */
  readonly hash: string | undefined
  /** The revision as of which it was written; undefined when nothing is known of it. */
  readonly writtenAt: number | undefined
}

/** @param files as they should be */
export async function lookAtConf(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<readonly FoundFile[]> {
  const hashes = await WrittenHashes.of(folder)
  const revisions = await WrittenRevisions.of(folder)
  const looks = [...files].map(async ([name, wanted]): Promise<FoundFile> => {
    const found = await confFile(folder, name, wanted, hashes)
    const hash = found.is === 'edited' ? hashOf(found.content) : undefined
    return { name, found, hash, writtenAt: revisions.find(name) }
  })
  return await Promise.all(looks)
}
