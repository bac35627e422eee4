/** Folders for tests: temporary ones, and small file systems that a test can fill. */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
  /** Names in it, hidden ones too. */
  names(): Promise<readonly string[]>
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'fsigk-gateway-'))
  return {
    path,
    names: async () => (await readdir(path)).sort(),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** Why there is no small disk here; undefined when there is one. For a test's `skip`. */
export const noSmallDisk =
  process.getuid?.() === 0 && canMount() ? false : 'a small file system can only be mounted by root'

/** A file system of its own of so many kilobytes, mounted in a temporary folder. */
export async function smallDisk(kilobytes: number): Promise<TemporaryFolder> {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'disk')
  await mkdir(path)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=700`, 'tmpfs', path])
  return {
    path,
    names: async () => (await readdir(path)).sort(),
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['-l', path])
      await folder[Symbol.asyncDispose]()
    },
  }
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
