import type { SettingsSnapshot } from '@fsigk/config'

/** What an isolated plugin may take before it is ended and begun again. */
export interface IsolationLimits {
  /** Of its heap and of the buffers that it holds, in MiB. */
  readonly memoryMiB: number
  /** How long its event loop may stand still, in milliseconds. */
  readonly stuckMs: number
  /** How long a call may go on after its signal, in milliseconds. */
  readonly graceMs: number
}

/** What the settings of the section `plugins` say. */
export function isolationLimits({ values }: SettingsSnapshot): IsolationLimits {
  const { memory_limit, stuck_timeout } = values['plugins'] ?? {}
  const { memoryMiB, stuckMs, graceMs } = ISOLATION_LIMITS
  return {
    memoryMiB: typeof memory_limit === 'number' ? memory_limit : memoryMiB,
    stuckMs: typeof stuck_timeout === 'number' ? stuck_timeout * 1_000 : stuckMs,
    graceMs,
  }
}

export const ISOLATION_LIMITS: IsolationLimits = { memoryMiB: 512, stuckMs: 10_000, graceMs: 5_000 }

/** Calls that an instance works on at the same time; others wait here, where they hold no copy of their content. */
export const MAX_AT_WORK = 64
/** Calls that may wait. Sessions bound them already; this holds for whatever else calls. */
export const MAX_WAITING = 4_096
/** Messages that nobody asked for (lines of a log) in the time between two signs of life, beyond which it is a flood. */
export const MAX_UNASKED = 5_000
/** Lines that a plugin may log a second; how many more there were is told. */
export const MAX_LOG_LINES = 100
/** Of one text that a plugin logs or prints, or of a reason that it gives, in characters. */
export const MAX_TEXT = 2_000
/** Lines of logs that wait for a log sink, in bytes; beyond it they are counted and dropped. */
export const MAX_LOG_BUFFER_BYTES = 4 * 1024 * 1024
/** Of those, what is handed over at a time. */
export const MAX_LOG_BATCH_BYTES = 256 * 1024
/** What a thread or a process takes to begin, beside what its plugin may take. */
export const PROCESS_START_MS = 5_000
/** For the last word of a plugin that was told to stop, beyond what its own stop may take. */
export const LAST_WORD_MS = 500
