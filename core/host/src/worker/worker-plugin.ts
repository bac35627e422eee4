/** A plugin at work, or one in its place. */
export interface WorkerPlugin {
  readonly section: string
  reload(settings: unknown, again: boolean): Promise<void>
  stop(): Promise<void>
}
