/** The names of the files that belong to a store file. */

export function headOf(file: string): string {
  return `${file}.head`
}

/** SQLite's write-ahead log. */
export function logOf(file: string): string {
  return `${file}-wal`
}

/** A write-ahead log that was found damaged. */
export function keptLogOf(file: string): string {
  return `${file}-wal.kept`
}

/** SQLite's index of its write-ahead log; worth nothing without a process. */
export function indexOf(file: string): string {
  return `${file}-shm`
}
