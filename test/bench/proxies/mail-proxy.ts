import type { Measured } from './running-proxy.js'

/** A proxy of mail that is measured: on the proxies' processor, before the same mail server. */
export interface MailProxy extends Measured, AsyncDisposable {
  readonly name: MailProxyName
  readonly port: number
}

/**
 * `fsigk` scans with the embedded engine, `fsigk-clamd` with the same clamd as clamsmtp, both looking anew at what they
 * have seen before; `fsigk-seen` with clamd and the verdict cache.
 */
export const mailProxyNames = ['clamsmtp', 'fsigk-unscanned', 'fsigk', 'fsigk-clamd', 'fsigk-seen'] as const
export type MailProxyName = (typeof mailProxyNames)[number]
