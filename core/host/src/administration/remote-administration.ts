import type { HistoryEntry } from '@fsigk/config'
import type { ControlClient } from '../control/control-client.js'
import type {
  Administration,
  ChangeRequest,
  GatewayStatus,
  HistoryRequest,
  RollbackRequest,
  SaveReport,
  SettingDescription,
} from './administration.js'

const DEFAULT_LIMIT = 1_000
/** Of revisions, so that a page of them is a bounded reply however much each of them changed. */
const PAGE = 100

/** Administration of a gateway that runs, over its control socket. Every call may throw FSIGK_CONTROL_SOCKET too. */
export class RemoteAdministration implements Administration {
  constructor(private readonly control: ControlClient) {}

  async change(request: ChangeRequest): Promise<SaveReport> {
    return (await this.control.call('change', request)) as SaveReport
  }

  async rollback(request: RollbackRequest): Promise<SaveReport> {
    return (await this.control.call('rollback', request)) as SaveReport
  }

  async history(request: HistoryRequest): Promise<readonly HistoryEntry[]> {
    const entries: HistoryEntry[] = []
    for (let wanted = request.limit ?? DEFAULT_LIMIT; wanted > 0; ) {
      const limit = Math.min(wanted, PAGE)
      const before = entries.at(-1)?.revision ?? request.before
      const page = (await this.control.call('history', { ...request, limit, before })) as readonly HistoryEntry[]
      entries.push(...page)
      if (page.length < limit) break
      wanted -= page.length
    }
    return entries
  }

  async diff(from: string, to?: string): Promise<string> {
    return (await this.control.call('diff', { from, to })) as string
  }

  async show(revision?: string, file?: string): Promise<Readonly<Record<string, string>>> {
    return (await this.control.call('show', { revision, file })) as Readonly<Record<string, string>>
  }

  async list(keys?: readonly string[], revision?: string): Promise<readonly SettingDescription[]> {
    return (await this.control.call('list', { keys, revision })) as readonly SettingDescription[]
  }

  async status(): Promise<GatewayStatus> {
    return (await this.control.call('status', {})) as GatewayStatus
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.control[Symbol.dispose]()
  }
}
