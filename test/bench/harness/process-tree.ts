/** What a process and all its descendants cost, from /proc. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100 // sysconf(_SC_CLK_TCK): 100 on every Linux port in use

/** The process and its descendants that live now. */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = Number(statFields(Number(name))?.[1])
    if (Number.isNaN(parent)) continue
    const siblings = children.get(parent) ?? []
    children.set(parent, siblings)
    siblings.push(Number(name))
  }
  const tree = [root]
  for (let at = 0; at < tree.length; at++) tree.push(...(children.get(tree[at] ?? 0) ?? []))
  return tree
}

/** Seconds of processor time that the tree has used so far, in user and kernel mode, ended children included. */
export function cpuSeconds(root: number): number {
  let ticks = 0
  for (const pid of processTree(root)) {
    // utime, stime, and those of children that ended; the fields from the state on, which follows the name.
    for (const field of statFields(pid)?.slice(11, 15) ?? []) ticks += Number(field)
  }
  return ticks / TICKS_PER_SECOND
}

export interface Memory {
  /** Proportional: a page that several processes share counts once. */
  readonly pssBytes: number
  readonly rssBytes: number
}

export function memory(root: number): Memory {
  const sum = (field: string) =>
    processTree(root).reduce((total, pid) => total + kilobytes(`/proc/${pid}/smaps_rollup`, field), 0) * 1024
  return { pssBytes: sum('Pss'), rssBytes: sum('Rss') }
}

/** Begins to measure peaks anew. */
export function resetPeaks(root: number): void {
  for (const pid of processTree(root)) writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** The sum of each process's own peak since `resetPeaks`: at least what all had at one time. */
export function peakRssBytes(root: number): number {
  return processTree(root).reduce((total, pid) => total + kilobytes(`/proc/${pid}/status`, 'VmHWM'), 0) * 1024
}

function kilobytes(file: string, field: string): number {
  try {
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0 // It ended in between.
  }
}

/** The fields of /proc/PID/stat from the third on; the second is the name, which may hold anything. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
