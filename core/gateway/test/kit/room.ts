/** An inspection room without a session: real folders, real scanners, and a record of what it was told. */
import type { Transfer } from '@fsigk/plugin-api'
import type { DetectionFacts } from '../../src/logs/line.js'
import { isOwnNotice } from '../../src/mail-notices/own-notice.js'
import type { Departure, Leaving } from '../../src/pipeline/deadline.js'
import type { Held } from '../../src/pipeline/hold.js'
import type { PolicySettings, Ruling } from '../../src/pipeline/policy.js'
import type { InspectionRoom, TransferReport } from '../../src/pipeline/room.js'
import { quarantine } from '../../src/quarantine.js'
import type { Spool, SpoolFolder } from '../../src/spool.js'
import { recognisable } from './bodies.js'
import type { TestScanners } from './scanners.js'

/** A peer that stays until it is told to go. */
export class TestPeer implements Departure {
  isGone = false
  readonly waiting = new Set<Leaving>()

  remember(waiting: Leaving): void {
    this.waiting.add(waiting)
  }

  forget(waiting: Leaving): void {
    this.waiting.delete(waiting)
  }

  go(): void {
    this.isGone = true
    for (const each of [...this.waiting]) each.leave()
  }
}

export const defaultSettings: InspectionRoom['settings'] = {
  virus_check: true,
  quarantine: false,
  pass_filesize: false,
  pass_filesize_len: 10_000_000,
  block_filesize: false,
  block_filesize_len: 2_000_000_000,
  vsd_scantimeout: 90,
  block_scantimeout: true,
  block_maxnested: true,
  block_encrypted: false,
  block_undecodable: true,
  fail_open: false,
  action: 'delete',
}

export class TestRoom implements InspectionRoom {
  readonly service: string = 'http'
  readonly departure = new TestPeer()
  readonly ending = new TestPeer()
  readonly settings: InspectionRoom['settings']
  readonly reports: TransferReport[] = []
  readonly carried: DetectionFacts[] = []
  readonly rulings: Ruling[] = []
  readonly spoolFaults: unknown[] = []
  readonly tmpdir: SpoolFolder
  quarantineFolder: string

  constructor(
    folder: string,
    readonly scanners: TestScanners,
    settings: Partial<InspectionRoom['settings'] & PolicySettings> = {},
  ) {
    this.settings = { ...defaultSettings, ...settings }
    this.tmpdir = { path: folder }
    this.quarantineFolder = `${folder}/quarantine`
  }

  async isOwnNotice(mail: Spool): Promise<boolean> {
    return await isOwnNotice(Buffer.from('key'), mail)
  }

  async quarantine(transfer: Transfer, held: Held, ruling: Ruling): Promise<string> {
    try {
      return await quarantine(this.quarantineFolder, held.spool, {
        service: this.service,
        id: 'abc123',
        revision: 1,
        at: new Date().toISOString(),
        threats: ruling.names,
        action: ruling.action,
        direction: transfer.direction,
        url: 'http://site.example/',
        peerAddress: '192.0.2.1',
        fileName: transfer.name,
        contentType: transfer.type,
        codings: transfer.codings,
        bytes: held.spool.bytes,
        complete: held.end === 'whole',
      })
    } catch {
      return ''
    }
  }

  noticeOf(_: Transfer, ruling: Ruling, facts: DetectionFacts, bytes: number) {
    const text = `notice of ${ruling.disposition} for ${facts.names.join('+')} in ${bytes} bytes`
    return { notice: () => text, mail: () => ({ from: '', fields: '', text }) }
  }

  spoolFailed(fault: unknown): void {
    this.spoolFaults.push(fault)
  }

  decided(ruling: Ruling): void {
    this.rulings.push(ruling)
  }

  carry(facts: DetectionFacts): void {
    this.carried.push(facts)
  }

  recordTransfer(report: TransferReport): void {
    this.reports.push(report)
  }
}

/** A download of a small text, with whatever a test changes. */
export function transferOf(changes: Partial<Transfer> = {}): Transfer {
  return {
    direction: 'download',
    release: { mode: 'held' },
    body: oneChunk(recognisable(1000)),
    bytes: undefined,
    name: 'file.bin',
    type: 'application/octet-stream',
    codings: [],
    partial: false,
    ...changes,
  }
}

export async function* oneChunk(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk
}
