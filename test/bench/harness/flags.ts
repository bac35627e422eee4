import { parseArgs } from 'node:util'

/** A bench is asked something that it does not know: said in one line, exit code 2. */
export class UsageError extends Error {}

export type Flags = Readonly<Record<string, string>>

/**
 * `--name value` for each of the defaults, which also say which names there are.
 * @throws UsageError
 */
export function parseFlags<D extends Flags>(defaults: D): { readonly [K in keyof D]: string } {
  try {
    const options = Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [name, { type: 'string' as const, default: value }]),
    )
    return parseArgs({ options }).values as { [K in keyof D]: string }
  } catch (cause) {
    const known = Object.entries(defaults).map(([name, value]) => `--${name} ${value}`)
    throw new UsageError(`${(cause as Error).message}\nFlags and their defaults: ${known.join(' ')}`, { cause })
  }
}

/** A whole number of at least 1. */
export function count(name: string, text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new UsageError(`--${name} is a whole number of at least 1, not '${text}'`)
  return Number(text)
}

export function counts(name: string, text: string): readonly number[] {
  return text.split(',').map((each) => count(name, each))
}

/** Some of these words, in the order given. */
export function words<W extends string>(name: string, text: string, known: readonly W[]): readonly W[] {
  return text.split(',').map((word) => {
    const found = known.find((each) => each === word)
    if (found === undefined) throw new UsageError(`--${name} takes ${known.join(', ')}, not '${word}'`)
    return found
  })
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }

/** `23K`, `1M`, `2G` or a number of bytes. */
export function size(name: string, text: string): number {
  const match = /^(\d{1,12})([KMG]?)$/.exec(text)
  const unit = UNITS[match?.[2] ?? '']
  if (match === null || unit === undefined) throw new UsageError(`--${name} is a size like 23K, not '${text}'`)
  return Number(match[1]) * unit
}
