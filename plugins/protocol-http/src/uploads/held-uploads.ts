/** Which bodies of requests are held and scanned, and how the pipeline sees them (guide 7.1.1.1). */
import type { ReleaseMode, Transfer } from '@fsigk/plugin-api'
import { contentCodings } from '../message/content-codings.js'
import { names } from '../message/field-names.js'
import type { RequestHead } from '../message/request-head.js'
import type { HttpSettings } from '../settings.js'
import { skipsOf } from '../skips.js'
import { formReadings, isForm } from './form-readings.js'

/**
 * How the body of a request is to be looked at before it goes on; undefined when it goes on as it comes.
 *
 * @param urlName the last part of the URL's path, as a file name
 * @param passTo whether the target is one whose data is not scanned (`acl_pass_to`)
 */
export function heldUpload(
  head: RequestHead,
  urlName: string,
  settings: HttpSettings,
  passTo: boolean,
): Omit<Transfer, 'body'> | undefined {
  const { fields, framing, method } = head
  if (!settings.virus_check_post || !settings.virus_check || passTo) return undefined
  if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) return undefined
  const type = fields.joined(names.contentType) ?? ''
  const form = isForm(type)
  if (!form && method !== 'PUT' && !settings.virus_check_post_raw) return undefined
  // The URL of a form names the program that takes it, not a file.
  const name = form ? '' : urlName
  if (skipsOf(settings).reason(fields.first(names.userAgent), name) !== undefined) return undefined
  const bytes = framing.kind === 'length' ? framing.bytes : undefined
  const about: Omit<Transfer, 'body'> = {
    direction: 'upload',
    release: releaseMode(bytes, settings),
    bytes,
    name,
    type,
    codings: contentCodings(fields.joined(names.contentEncoding) ?? ''),
    partial: fields.has(names.contentRange),
    sharesLine: true,
  }
  return form ? { ...about, readings: formReadings(type) } : about
}

const HELD: ReleaseMode = { mode: 'held' }

/** Whoever speaks HTTP/1.0 must be told a length, which only a body that is held whole has when the client told none. */
function releaseMode(bytes: number | undefined, settings: HttpSettings): ReleaseMode {
  const isWhole =
    !settings.pass_filesize || (bytes === undefined ? settings.http10 : bytes <= settings.pass_filesize_len)
  return isWhole ? HELD : { mode: 'beyond', bytes: settings.pass_filesize_len }
}
