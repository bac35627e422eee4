import { join } from 'node:path'
import type { Call, Content, Scanner, ScanReport } from '@fsigk/plugin-api'
import { Folders, inject, injectable, Log } from '@fsigk/plugin-api'
import type { Definitions } from './definitions/definitions.js'
import { readDefinitions } from './definitions/read.js'
import { fail } from './errors.js'
import { searchContent } from './search-content.js'
import type { SignatureScannerSettings } from './settings.js'

const CLEAN: ScanReport = Object.freeze({ findings: Object.freeze([]) })

/** The embedded engine: knows what its signature files name, by hash and by literal, and looks into nothing. */
@injectable()
export class SignatureScanner implements Scanner<SignatureScannerSettings> {
  #definitions: Definitions | undefined

  constructor(
    @inject(Folders) private readonly folders: Folders,
    @inject(Log) private readonly log: Log,
  ) {}

  get definitions(): string {
    return this.#definitions?.label ?? 'not loaded'
  }

  /** @throws FSIGK_SIGNATURES_UNREADABLE */
  async start(_settings: SignatureScannerSettings, signal: AbortSignal): Promise<void> {
    await this.#load(signal)
  }

  /** Reads the files anew. When that throws, what was in force stays; contents under way keep what they began with. */
  async reload(_settings: SignatureScannerSettings, signal: AbortSignal): Promise<void> {
    await this.#load(signal)
  }

  async stop(): Promise<void> {
    this.#definitions = undefined
  }

  /** @throws FSIGK_SIGNATURES_NOT_LOADED, FSIGK_SIGNATURES_SHORT_CONTENT, or the signal's reason */
  async scan(content: Content, call: Call<SignatureScannerSettings>): Promise<ScanReport> {
    call.signal.throwIfAborted()
    if (this.#definitions === undefined) throw fail('FSIGK_SIGNATURES_NOT_LOADED', [])
    const threat = await searchContent(this.#definitions, content, call.signal)
    return threat === undefined ? CLEAN : { findings: [{ threat, category: 'malware' }] }
  }

  async #load(signal: AbortSignal): Promise<void> {
    const loaded = await readDefinitions(
      { shipped: join(this.folders.package, 'signatures'), site: join(this.folders.databases, 'signatures') },
      signal,
    )
    this.#definitions = loaded.definitions
    const { files, problems, problemCount, signatures } = loaded
    for (const problem of problems) this.log.warn('signature refused', { ...problem })
    if (problemCount > problems.length)
      this.log.warn('more signatures refused', { count: problemCount - problems.length })
    this.log.info('signatures loaded', { definitions: this.definitions, files, signatures, refused: problemCount })
  }
}
