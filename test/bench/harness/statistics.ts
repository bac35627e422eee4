/** The middle value: one bad round, or one lucky one, does not move it. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

/** How far the rounds lie apart, as a part of their median: what a difference must exceed to mean something. */
export function scatter(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values)
}
