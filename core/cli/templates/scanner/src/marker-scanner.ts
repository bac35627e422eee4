import {
  type Call,
  type Content,
  inject,
  injectable,
  Log,
  listWords,
  type Scanner,
  type ScanReport,
} from '@fsigk/plugin-api'
import { findMarker } from './find-marker.js'
import type { MarkerScannerSettings } from './settings.js'

/** Finds content in which a marker text stands. What becomes of it is for the settings of each service to say. */
@injectable()
export class MarkerScanner implements Scanner<MarkerScannerSettings> {
  readonly definitions = 'markers'

  constructor(@inject(Log) private readonly log: Log) {}

  async start({ markers }: MarkerScannerSettings): Promise<void> {
    this.log.info('started', { markers: listWords(markers).length })
  }

  /** @throws the signal's reason: content that was not read to its end is unscanned, never clean */
  async scan(content: Content, { settings, signal }: Call<MarkerScannerSettings>): Promise<ScanReport> {
    signal.throwIfAborted()
    const markers = listWords(settings.markers).map((marker) => Buffer.from(marker))
    const found = await findMarker(content.open(), markers, signal)
    return { findings: found ? [{ threat: settings.threat, category: 'malware' }] : [] }
  }
}
