/** Where the settings send the four logs of a service (guide 9.5). */
import { join } from 'node:path'
import type { SettingsSnapshot } from '@fsigk/config'

export const serviceLogNames = ['access', 'detect', 'info', 'error'] as const
export type ServiceLogName = (typeof serviceLogNames)[number]

/** A file by its absolute path, or a command for /bin/sh. */
export type LogRoute = { readonly file: string } | { readonly command: string }

export type LogRoutes = Readonly<Record<ServiceLogName, LogRoute>>

/** The default of all four: a file of the log's name in the service's own folder. @param folder of all logs */
export function defaultRoutes(folder: string, service: string): LogRoutes {
  const file = (name: ServiceLogName): LogRoute => ({ file: join(folder, service, `${name}.log`) })
  return { access: file('access'), detect: file('detect'), info: file('info'), error: file('error') }
}

/** What `<service>.access_log` and the like say; where one says nothing, the default. @param folder of all logs */
export function logRoutesOf(snapshot: SettingsSnapshot, folder: string, service: string): LogRoutes {
  const section = snapshot.values[service] ?? {}
  const byDefault = defaultRoutes(folder, service)
  const route = (name: ServiceLogName): LogRoute => {
    const value = section[`${name}_log`]
    if (typeof value !== 'string' || value === '') return byDefault[name]
    return value.startsWith('|') ? { command: value.slice(1).trim() } : { file: value }
  }
  return { access: route('access'), detect: route('detect'), info: route('info'), error: route('error') }
}
