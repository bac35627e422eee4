/** Puts the events that were found back into their streams, as far as each continues the one before it. */
import { EMPTY_HEAD } from '../../chain.js'
import type { Head } from '../../driver.js'
import type { FoundEvent } from './find-events.js'

/** What is left of a stream. */
export interface SalvagedStream {
  readonly stream: string
  /** Versions 1 to n, whole. */
  readonly kept: readonly FoundEvent[]
  /** What was found beyond, in order of versions; also what does not match its hash. */
  readonly cut: readonly FoundEvent[]
  /** Why it does not go on, when it should; at the version after the last that is kept. */
  readonly break: string | undefined
}

/** @param anchors heads that were stored once, as far as they are known */
export function chainsOf(found: Iterable<FoundEvent>, anchors: ReadonlyMap<string, Head>): readonly SalvagedStream[] {
  const streams = new Map<string, Candidates>()
  for (const event of found) {
    const candidates = streams.get(event.stream) ?? new Candidates()
    streams.set(event.stream, candidates)
    candidates.add(event)
  }
  // A damaged row may name a stream that never was.
  for (const [stream, candidates] of streams) {
    if (!candidates.anySound() && !anchors.has(stream)) streams.delete(stream)
  }
  for (const stream of anchors.keys()) if (!streams.has(stream)) streams.set(stream, new Candidates())
  return [...streams]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([stream, each]) => each.chain(stream, anchors.get(stream)))
}

class Candidates {
  readonly #sound = new Map<number, FoundEvent[]>()
  readonly #altered = new Map<number, FoundEvent>()

  add(event: FoundEvent): void {
    if (!event.sound) {
      this.#altered.set(event.version, event)
      return
    }
    const same = this.#sound.get(event.version) ?? []
    if (same.every(({ hash }) => hash !== event.hash)) this.#sound.set(event.version, [...same, event])
  }

  anySound(): boolean {
    return this.#sound.size > 0
  }

  chain(stream: string, anchor: Head | undefined): SalvagedStream {
    const kept = this.#longest(anchor)
    const atAnchor = anchor === undefined ? undefined : kept[anchor.version - 1]
    if (anchor !== undefined && atAnchor !== undefined && atAnchor.hash !== anchor.hash) {
      const whole = kept.slice(0, anchor.version - 1)
      return {
        stream,
        kept: whole,
        cut: this.#beyond(whole),
        break: 'the event is not the one that was stored there once',
      }
    }
    return { stream, kept, cut: this.#beyond(kept), break: this.#breakAfter(kept.length, anchor) }
  }

  /** From version 1 on; where two events claim one place, the one that goes on, or that is anchored. */
  #longest(anchor: Head | undefined): readonly FoundEvent[] {
    const parents = new Map<FoundEvent, FoundEvent>()
    let ends = new Map<string, FoundEvent | undefined>([[EMPTY_HEAD.hash, undefined]])
    for (let version = 1; ; version += 1) {
      const next = new Map<string, FoundEvent>()
      for (const event of this.#sound.get(version) ?? []) {
        if (!ends.has(event.previousHash)) continue
        const parent = ends.get(event.previousHash)
        if (parent !== undefined) parents.set(event, parent)
        next.set(event.hash, event)
      }
      if (next.size === 0) break
      const anchored = anchor?.version === version ? next.get(anchor.hash) : undefined
      ends = anchored === undefined ? next : new Map([[anchored.hash, anchored]])
    }
    const chain: FoundEvent[] = []
    for (let event = ends.values().next().value; event !== undefined; event = parents.get(event)) chain.push(event)
    return chain.reverse()
  }

  #breakAfter(version: number, anchor: Head | undefined): string | undefined {
    const next = version + 1
    if (this.#altered.has(next) && !this.#sound.has(next)) return 'the event does not match its hash'
    if (this.#sound.has(next)) return 'the event does not continue the one before it'
    const goesOn = [...this.#sound.keys(), ...this.#altered.keys()].some((each) => each > next)
    if (goesOn) return 'the event is missing'
    if (anchor !== undefined && anchor.version > version)
      return `the last events are lost; the stream once had ${anchor.version}`
    return undefined
  }

  #beyond(kept: readonly FoundEvent[]): readonly FoundEvent[] {
    const inChain = new Set(kept.map(({ hash }) => hash))
    const sound = [...this.#sound.values()].flat().filter(({ hash }) => !inChain.has(hash))
    // A row that was damaged where an older image of its page still has it whole has lost nothing.
    const altered = [...this.#altered.values()].filter(
      ({ version }) => version > kept.length && !this.#sound.has(version),
    )
    return [...sound, ...altered].sort((a, b) => a.version - b.version)
  }
}
