import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing. One that is there stays as it is.
 *
 * Not by `mkdir({ recursive: true })`: where a file system says "no such file" of a folder whose parent is there (/proc,
 * /sys, an automounter), that one tries for ever.
 *
 * @param mode of the folders that are made
 * @throws the system's error when one cannot be made, or something else stands in its place
 */
export function makeFolder(path: string, mode: number): void {
  const missing: string[] = []
  for (let folder = path; ; folder = dirname(folder)) {
    const found = statSync(folder, { throwIfNoEntry: false })
    if (found !== undefined) {
      if (!found.isDirectory()) throw notAFolder(folder)
      break
    }
    missing.push(folder)
    if (dirname(folder) === folder) break
  }
  for (const folder of missing.reverse()) makeOne(folder, mode)
}

/** Another process may have been first. */
function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}

function notAFolder(path: string): Error {
  const facts = { code: 'ENOTDIR', errno: -20, syscall: 'mkdir', path }
  return Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${path}'`), facts)
}
