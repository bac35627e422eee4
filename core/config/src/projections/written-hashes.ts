/**
 * Remembers the hash of every projection that was ever written, so that an old projection (a crash between append and
 * write, a restored backup, an earlier release) can be told from a file that somebody edited.
 */
import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from './replace-file.js'

/** Beside the projections, so that whoever copies or restores them has it too. */
export const HASHES_FILE = '.projections'
/** Some 7 MB; beyond it the older half is forgotten, and files so old count as edited: kept, never lost. */
const MAX_LINES = 80_000

const LINE = /^([0-9a-f]{64}) ([^\n]+)$/

export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

export class WrittenHashes {
  private constructor(
    private readonly path: string,
    private readonly lines: string[],
    private readonly known: Set<string>,
  ) {}

  /** Reads the file of a folder; one that is missing is empty, and a line that is torn or strange is passed over. */
  static async of(folder: string): Promise<WrittenHashes> {
    const path = join(folder, HASHES_FILE)
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const lines = text.split('\n').filter((line) => LINE.test(line))
    return new WrittenHashes(path, lines, new Set(lines))
  }

  knows(name: string, hash: string): boolean {
    return this.known.has(`${hash} ${name}`)
  }

  /**
   * Returns when the hashes are on disk, which must be so before the files are in place: a crash in between leaves
   * a hash without a file, which does no harm, and never a file without its hash.
   */
  async remember(files: Iterable<readonly [name: string, hash: string]>): Promise<void> {
    const added = [...files].map(([name, hash]) => `${hash} ${name}`).filter((line) => !this.known.has(line))
    if (added.length === 0) return
    for (const line of added) this.known.add(line)
    this.lines.push(...added)
    if (this.lines.length > MAX_LINES) {
      this.lines.splice(0, this.lines.length - MAX_LINES / 2)
      await replaceFile(this.path, `${this.lines.join('\n')}\n`)
    } else await appendDurably(this.path, added)
  }
}

/** Begins with a line feed, so that a line torn by a crash spoils none but itself. */
async function appendDurably(path: string, lines: readonly string[]): Promise<void> {
  const file = await open(path, 'a', 0o640)
  try {
    await file.write(`\n${lines.join('\n')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
