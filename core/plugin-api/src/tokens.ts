import type { InjectionToken } from 'tsyringe'
import type { Log as LogRole } from './roles.js'

/** A token that carries its type; interface and token share a name. */
export function token<T>(name: string): InjectionToken<T> {
  return Symbol.for(`fsigk:${name}`) as InjectionToken<T>
}

export interface Clock {
  now(): Date
}
export const Clock = token<Clock>('Clock')

export type Log = LogRole
export const Log = token<Log>('Log')

/** Folders that a plugin may use: its package, and of `$FSIGK_HOME` the definitions and the logs. */
export interface Folders {
  readonly package: string
  readonly databases: string
  readonly logs: string
  /** Where contents lie that are files, for a scanner that hands their paths to another program; told to scanners alone. */
  readonly spool?: string
}
export const Folders = token<Folders>('Folders')
