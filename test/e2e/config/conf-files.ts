import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Files of conf/ and of the folders in it, by name. */
export async function confFiles(home: string): Promise<readonly string[]> {
  const found = await readdir(join(home, 'conf'), { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(join(home, 'conf'), join(entry.parentPath, entry.name)))
    .sort()
}
