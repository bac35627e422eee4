import { errnoText } from './net/errno-text.js'

/** The errno of a failed system call as Linux numbers it; undefined for any other error. */
export function errnoOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return undefined
  return Math.abs(error.errno)
}

/** How the guide ends a message about a failed system call (9.1.3): `/strerror(28)=No space left on device`. */
export function systemErrorSuffix(error: unknown): string {
  const errno = errnoOf(error)
  return errno === undefined ? ` (${messageOf(error)})` : `/strerror(${errno})=${errnoText(errno)}`
}

/** The sentence of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
