/** Facilities and severities by the names of syslog.conf(5), in the order of their numbers (RFC 5424 6.2.1). */
export const facilities = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'clock',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const

export const severities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const

export type Facility = (typeof facilities)[number]
export type Severity = (typeof severities)[number]

/** PRI without its brackets. */
export function priority(facility: Facility, severity: Severity): number {
  return facilities.indexOf(facility) * 8 + severities.indexOf(severity)
}
