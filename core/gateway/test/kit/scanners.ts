/** Small real scanners, one for each way in which a scanner can behave. */
import type { Call, Content, Finding, Log, Scanner, ScanReport, UnscannedCause } from '@fsigk/plugin-api'
import type { LoadedScanner } from '../../src/pipeline/loaded-scanner.js'
import type { Scanners } from '../../src/pipeline/scan.js'
import { collected } from './bodies.js'

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

export function loaded(id: string, scan: Scanner['scan']): LoadedScanner {
  return { id, section: id.replaceAll('-', '_'), log: silentLog, scanner: { definitions: 'test', scan } }
}

export function scannerFinding(threat: string, category: Finding['category'] = 'malware'): LoadedScanner {
  return loaded(`scanner-${threat.toLowerCase()}`, async () => ({ findings: [{ threat, category }] }))
}

/** Finds a text in the content, wherever it stands. */
export function scannerLookingFor(text: string, threat: string): LoadedScanner {
  return loaded('scanner-looking', async (content) => {
    const bytes = await collected(content.open())
    return { findings: bytes.includes(text) ? [{ threat, category: 'malware' }] : [] }
  })
}

export const scannerFindingNothing = loaded('scanner-nothing', async () => ({ findings: [] }))

export const scannerThrowing = loaded('scanner-throwing', async () => {
  throw new Error('the engine broke')
})

/** Throws before there is a promise, as plain JavaScript can. */
export const scannerThrowingAtOnce = loaded('scanner-throwing-at-once', () => {
  throw new Error('the engine broke at once')
})

export const scannerHanging = loaded('scanner-hanging', () => new Promise(() => {}))

export function scannerReporting(...causes: readonly UnscannedCause[]): LoadedScanner {
  return loaded('scanner-reporting', async () => ({
    findings: [],
    unscanned: causes.map((because) => ({ because })),
  }))
}

/** Says what no scanner may say. */
export function scannerSaying(report: unknown): LoadedScanner {
  return loaded('scanner-saying', async () => report as ScanReport)
}

/** Keeps the calls that it got, and answers as another does. */
export class ObservedScanner {
  readonly calls: { readonly content: Content; readonly call: Call }[] = []
  readonly loaded: LoadedScanner

  constructor(answering: LoadedScanner) {
    this.loaded = {
      ...answering,
      scanner: {
        definitions: 'test',
        scan: (content, call) => {
          this.calls.push({ content, call })
          return answering.scanner.scan(content, call)
        },
      },
    }
  }
}

/** A list of scanners that keeps what failed. */
export class TestScanners implements Scanners {
  readonly failures: { readonly id: string; readonly cause: unknown }[] = []
  readonly sessionId = 'S1'
  readonly lateOnes: string[] = []
  readonly loaded: readonly LoadedScanner[]

  constructor(...loaded: readonly LoadedScanner[]) {
    this.loaded = loaded
  }

  settingsOf({ section }: LoadedScanner): unknown {
    return { of: section }
  }

  late({ id }: LoadedScanner): void {
    this.lateOnes.push(id)
  }

  failed({ id }: LoadedScanner, cause: unknown): void {
    this.failures.push({ id, cause })
  }
}
