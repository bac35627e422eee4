/**
 * The value of a promise, unless time or the signal is over first. The promise itself cannot be stopped; its late value
 * is dropped.
 *
 * @param work never rejects
 * @param timeoutMs 0 for no limit
 */
export function within<T>(
  work: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T | 'timeout' | 'cancelled'> {
  if (signal?.aborted) return Promise.resolve('cancelled')
  return new Promise((resolve) => {
    const settle = (value: T | 'timeout' | 'cancelled') => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancelled)
      resolve(value)
    }
    const cancelled = () => settle('cancelled')
    const timer = timeoutMs > 0 ? setTimeout(settle, timeoutMs, 'timeout') : undefined
    signal?.addEventListener('abort', cancelled)
    void work.then(settle)
  })
}
