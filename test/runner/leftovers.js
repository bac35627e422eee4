// What a test file leaves behind when it is killed: processes that it started, network namespaces that bear its process id.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** In the environment of a test file and of all that it starts: the folder of the run, and the file's process id. */
export const MARK = 'FSIGK_TEST_FILE'

/**
 * Ends what is left of test files that are gone. What other runs, or other people, started bears no mark of this run.
 *
 * @param folder holds a file for each test file that began, named by its process id (`mark-file.js`)
 * @returns what was left, in words; to be called again until there is nothing, as processes begin others while they end
 */
export function removeLeftovers(folder) {
  const gone = readdirSync(folder).filter((name) => /^\d+$/.test(name) && !existsSync(join('/proc', name)))
  return gone.flatMap((file) => {
    const left = [...endProcesses(`${MARK}=${folder}:${file}`), ...removeNamespaces(file)]
    if (left.length === 0) rmSync(join(folder, file))
    return left
  })
}

function endProcesses(mark) {
  const left = marked(mark)
  for (const { pid } of left)
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself, or is somebody else's by now.
    }
  return left.map(({ pid, command }) => `process ${pid} (${command})`)
}

/** Processes that bear the mark, and those below them: some daemons begin their children with no environment. */
function marked(mark) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(processAt)
  const found = new Set(all.filter(({ environment }) => environment.includes(mark)).map(({ pid }) => pid))
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid)
  }
  return all.filter(({ pid }) => found.has(pid))
}

function processAt(name) {
  const read = (file) => readFileSync(join('/proc', name, file), 'utf8')
  try {
    // The name of the program stands in brackets and may hold any character.
    const [state, parent] = read('stat')
      .replace(/^.*\) /s, '')
      .split(' ')
    if (state === 'Z') return []
    const command = read('cmdline').replaceAll('\0', ' ').trim()
    return [{ pid: Number(name), parent: Number(parent), environment: read('environ').split('\0'), command }]
  } catch {
    // It has ended, or it is not ours to look at.
    return []
  }
}

function removeNamespaces(file) {
  const listed = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' })
  const names = (listed.stdout ?? '')
    .split('\n')
    .map((line) => line.split(' ')[0])
    .filter((name) => name.startsWith(`fsigk-${file}-`) || name === `fsigk-probe-${file}`)
  for (const name of names) spawnSync('ip', ['netns', 'del', name])
  return names.map((name) => `network namespace ${name}`)
}
