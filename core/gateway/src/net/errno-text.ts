/**
 * What `strerror(3)` says of the errors that sockets and files meet. The table spares a worker the native library in the
 * common cases; whatever is not in it is asked of the C library.
 */
import { strerror } from './posix.js'

const texts = new Map<number, string>([
  [1, 'Operation not permitted'],
  [2, 'No such file or directory'],
  [5, 'Input/output error'],
  [12, 'Cannot allocate memory'],
  [13, 'Permission denied'],
  [17, 'File exists'],
  [19, 'No such device'],
  [20, 'Not a directory'],
  [21, 'Is a directory'],
  [22, 'Invalid argument'],
  [23, 'Too many open files in system'],
  [24, 'Too many open files'],
  [27, 'File too large'],
  [28, 'No space left on device'],
  [30, 'Read-only file system'],
  [32, 'Broken pipe'],
  [97, 'Address family not supported by protocol'],
  [98, 'Address already in use'],
  [99, 'Cannot assign requested address'],
  [100, 'Network is down'],
  [101, 'Network is unreachable'],
  [103, 'Software caused connection abort'],
  [104, 'Connection reset by peer'],
  [105, 'No buffer space available'],
  [110, 'Connection timed out'],
  [111, 'Connection refused'],
  [112, 'Host is down'],
  [113, 'No route to host'],
  [122, 'Disk quota exceeded'],
])

/** The errors of the table, for the test that compares them with the C library's. */
export const knownErrors: ReadonlyMap<number, string> = texts

/** @param errno the Linux error number; Node's negative ones are taken too */
export function errnoText(errno: number): string {
  const number = Math.abs(errno)
  return texts.get(number) ?? strerror(number)
}
