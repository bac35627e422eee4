/**
 * The calls to an isolated plugin: which wait, which are at work, and what becomes of them when its instance ends. Of
 * several that were at work then, each is asked once more of the next instance, alone, so that the one that brings the
 * plugin down is found, and fails, and the others are answered.
 */
import { FsigkError } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import { type AnswerOf, readAnswer } from './answers.js'
import { MAX_AT_WORK, MAX_WAITING } from './limits.js'
import type { Hook, Work } from './messages.js'
import type { PluginInstance, Settled } from './plugin-instance.js'

/** What comes with a call, of its `Call`. */
export interface Circumstances {
  readonly settings: unknown
  readonly signal: AbortSignal
  readonly session?: string | undefined
}

interface Asked extends Circumstances {
  readonly hook: Hook
  /** Made when it is its turn, so that what waits holds no copy. */
  readonly work: () => Work
  readonly answer: (answer: unknown) => void
  readonly refuse: (error: unknown) => void
  /** Its number while an instance works on it. */
  number?: number
  overdue?: NodeJS.Timeout
  /** It was at work, with others, when an instance ended. */
  suspect: boolean
}

/** A call that did not end with its signal. */
export interface OverdueCall {
  readonly hook: Hook
  readonly session: string | undefined
}

export class CallQueue {
  readonly #waiting = new Set<Asked>()
  readonly #suspects = new Set<Asked>()
  readonly #atWork = new Set<Asked>()
  #instance: PluginInstance | undefined
  /** Why there is no instance and none comes soon. */
  #down: (() => FsigkError) | undefined

  constructor(
    private readonly id: string,
    private readonly graceMs: number,
    /** Told of a call that goes on so long after its signal that the instance must end. */
    private readonly onOverdue: (call: OverdueCall) => void,
  ) {}

  /** Whether any call is at work. */
  get busy(): boolean {
    return this.#atWork.size > 0
  }

  /** @throws the signal's reason, FSIGK_PLUGIN_BUSY, FSIGK_PLUGIN_ENDED, FSIGK_PLUGIN_ANSWER, FSIGK_PLUGIN_DOWN, and what the plugin threw */
  ask<H extends Hook>(hook: H, circumstances: Circumstances, work: () => Work): Promise<AnswerOf<H>> {
    const { signal } = circumstances
    if (signal.aborted) return Promise.reject(signal.reason)
    if (this.#down !== undefined) return Promise.reject(this.#down())
    if (this.#waiting.size >= MAX_WAITING)
      return Promise.reject(fail('FSIGK_PLUGIN_BUSY', [this.id, hook, MAX_WAITING]))
    return new Promise((resolve, reject) => {
      const giveUp = () => this.#giveUp(asked)
      const asked: Asked = {
        ...circumstances,
        hook,
        work,
        suspect: false,
        answer: (given) => {
          signal.removeEventListener('abort', giveUp)
          const read = readAnswer(hook, given)
          if ('answer' in read) resolve(read.answer)
          else reject(fail('FSIGK_PLUGIN_ANSWER', [this.id, hook, read.fault]))
        },
        refuse: (error) => {
          signal.removeEventListener('abort', giveUp)
          reject(error)
        },
      }
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiting.add(asked)
      this.#pump()
    })
  }

  /** Puts an instance to work. */
  serve(instance: PluginInstance): void {
    this.#instance = instance
    this.#down = undefined
    this.#pump()
  }

  /**
   * The instance is gone.
   * @param blamed whether a call that was overdue is to blame, so that no other is
   * @returns the calls that may have brought it down
   */
  ended(because: string, blamed: boolean): readonly OverdueCall[] {
    this.#instance = undefined
    const atWork = [...this.#atWork]
    this.#atWork.clear()
    for (const asked of atWork) clearTimeout(asked.overdue)
    const open = atWork.filter(({ signal }) => !signal.aborted)
    const isCulprit = !blamed && open.length === 1 && atWork.length === 1
    for (const asked of open.toReversed()) {
      delete asked.number
      if (isCulprit || (asked.suspect && !blamed))
        asked.refuse(fail('FSIGK_PLUGIN_ENDED', [this.id, asked.hook, because]))
      else if (blamed) prepend(this.#waiting, asked)
      else {
        asked.suspect = true
        prepend(this.#suspects, asked)
      }
    }
    return atWork.map(({ hook, session }) => ({ hook, session }))
  }

  /** There is no instance and none comes soon: who waits is told, and who asks, until one serves. */
  refuse(error: () => FsigkError): void {
    this.#down = error
    for (const asked of [...this.#suspects, ...this.#waiting]) asked.refuse(error())
    this.#suspects.clear()
    this.#waiting.clear()
  }

  #pump(): void {
    const instance = this.#instance
    if (instance === undefined) return
    for (;;) {
      // A suspect is asked alone, and nobody else beside it.
      const alone = this.#suspects.size > 0 || [...this.#atWork].some(({ suspect }) => suspect)
      if (this.#atWork.size >= (alone ? 1 : MAX_AT_WORK)) return
      const next = first(this.#suspects) ?? first(this.#waiting)
      if (next === undefined) return
      this.#put(next, instance)
    }
  }

  #put(asked: Asked, instance: PluginInstance): void {
    this.#suspects.delete(asked)
    this.#waiting.delete(asked)
    try {
      const { number, settled } = instance.call(asked.work(), asked.settings, asked.session)
      asked.number = number
      this.#atWork.add(asked)
      void settled.then((come) => this.#settle(asked, come))
    } catch (error) {
      asked.refuse(error)
    }
  }

  #settle(asked: Asked, settled: Settled): void {
    if (!this.#atWork.delete(asked)) return
    clearTimeout(asked.overdue)
    if (settled.is === 'answered') asked.answer(settled.answer)
    else asked.refuse(this.#errorOf(asked.hook, settled))
    this.#pump()
  }

  #errorOf(hook: Hook, { code, because }: Extract<Settled, { is: 'refused' }>): FsigkError {
    if (code === 'FSIGK_PLUGIN_ANSWER') return fail('FSIGK_PLUGIN_ANSWER', [this.id, hook, because])
    if (code === '') return fail('FSIGK_PLUGIN_FAILED', [this.id, hook, because])
    return new FsigkError(code, because)
  }

  /** The caller waits no longer. The plugin is told, and has a while to listen. */
  #giveUp(asked: Asked): void {
    asked.refuse(asked.signal.reason)
    this.#waiting.delete(asked)
    this.#suspects.delete(asked)
    const { number } = asked
    if (number === undefined || !this.#atWork.has(asked)) return
    this.#instance?.abort(number)
    asked.overdue = setTimeout(() => this.onOverdue({ hook: asked.hook, session: asked.session }), this.graceMs)
  }
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  return set.values().next().value
}

function prepend<T>(set: Set<T>, item: T): void {
  const rest = [...set]
  set.clear()
  set.add(item)
  for (const other of rest) set.add(other)
}
