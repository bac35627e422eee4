/** Contents for tests, in the forms in which the gateway hands them to scanners. */
import type { Call, Content } from '@fsigk/plugin-api'

// Two halves, so that this file and what is compiled from it are no test viruses themselves.
export const eicar = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
  'latin1',
)

interface About {
  readonly type?: string
  readonly name?: string
}

function about({ type = '', name = '' }: About) {
  return { type, name }
}

/** Held in memory, in these chunks. */
export function inMemory(chunks: readonly Buffer[], facts: About = {}): Content {
  return {
    ...about(facts),
    bytes: total(chunks),
    memory: chunks,
    path: undefined,
    open: () => bodyOf(chunks),
  }
}

/** Neither in memory nor in a file of its own: only its bytes can be asked for. */
export function streamed(chunks: readonly Buffer[], facts: About & { readonly bytes?: number } = {}): Content {
  return {
    ...about(facts),
    bytes: facts.bytes ?? total(chunks),
    memory: undefined,
    path: undefined,
    open: () => bodyOf(chunks),
  }
}

/** Held in a file. */
export function inFile(path: string, bytes: number, facts: About = {}): Content {
  return {
    ...about(facts),
    bytes,
    memory: undefined,
    path,
    open: () => {
      throw new Error('a content in a file is read from the file')
    },
  }
}

async function* bodyOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks
}

function total(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}

/** Every way to cut `bytes` in two, and once into single bytes. */
export function* cuts(bytes: Buffer): Generator<readonly Buffer[]> {
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)]
  yield Array.from(bytes, (byte) => Buffer.of(byte))
}

export const silentLog = { debug() {}, info() {}, warn() {}, error() {} }

export function call(signal: AbortSignal = new AbortController().signal): Call<Record<string, never>> {
  return { settings: {}, signal, log: silentLog }
}
