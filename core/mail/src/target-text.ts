import type { Target } from '@fsigk/plugin-api'

/** `host:port`, as the guide writes it in replies and logs; an IPv6 address stands in brackets. */
export function targetText({ host, port }: Target): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
