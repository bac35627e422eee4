/**
 * Remembers at which revision each file of conf/ was written: what somebody changed in it is what differs from there,
 * whatever was saved by another door meanwhile.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from './replace-file.js'

const REVISIONS_FILE = '.revisions'
const LINE = /^([1-9][0-9]{0,15}) ([^\n]+)$/

export class WrittenRevisions {
  private constructor(
    private readonly path: string,
    private readonly revisions: Map<string, number>,
  ) {}

  /** A file that is missing or damaged remembers nothing. */
  static async of(folder: string): Promise<WrittenRevisions> {
    const path = join(folder, REVISIONS_FILE)
    const text = await readFile(path, 'utf8').catch(() => '')
    const lines = text.split('\n').flatMap((line): readonly (readonly [string, number])[] => {
      const [, revision, name] = LINE.exec(line) ?? []
      return name === undefined ? [] : [[name, Number(revision)]]
    })
    return new WrittenRevisions(path, new Map(lines))
  }

  find(name: string): number | undefined {
    return this.revisions.get(name)
  }

  async remember(names: readonly string[], revision: number): Promise<void> {
    if (names.length === 0) return
    for (const name of names) this.revisions.set(name, revision)
    await replaceFile(this.path, [...this.revisions].map(([name, at]) => `${at} ${name}\n`).join(''))
  }
}
