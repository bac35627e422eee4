/** A response as the pipeline sees it: what is released when, and under which name and type. */
import type { Body, ReleaseMode, Transfer } from '@fsigk/plugin-api'
import { dispositionFileName, fileNameOf, fileNamesOf } from '@fsigk/wire'
import { contentCodings } from '../message/content-codings.js'
import { names } from '../message/field-names.js'
import type { Fields } from '../message/fields.js'
import type { RequestHead } from '../message/request-head.js'
import type { ResponseHead } from '../message/response-head.js'
import type { HttpSettings } from '../settings.js'
import { skipsOf } from '../skips.js'
import { isMultipart, partsOf } from './body-parts.js'

/** @param passTo whether the server is one whose data is not scanned (`acl_pass_to`) */
export function downloadOf(
  request: RequestHead,
  urlName: string,
  response: ResponseHead,
  body: Body,
  settings: HttpSettings,
  passTo: boolean,
): Transfer {
  const { fields, framing } = response
  const disposition = fields.first(names.contentDisposition)
  const name = (disposition === undefined ? '' : dispositionFileName(disposition)) || urlName
  const otherNames = settings.block_ext || settings.pass_ext ? otherNamesOf(disposition, fields) : NONE
  const type = fields.first(names.contentType) ?? ''
  const encoding = fields.first(names.contentEncoding)
  const bytes = framing.kind === 'length' ? framing.bytes : undefined
  return {
    direction: 'download',
    release: releaseMode(request, { name, otherNames, bytes }, settings, passTo),
    body,
    bytes,
    name,
    otherNames: name === urlName || urlName === '' || !settings.block_ext ? otherNames : [...otherNames, urlName],
    type,
    codings: encoding === undefined ? NONE : contentCodings(encoding),
    partial: partialOf(request, response, settings),
    ...(isMultipart(type) && { readings: partsOf(type) }),
  }
}

/** Names that some clients use in place of the usual one. */
function otherNamesOf(disposition: string | undefined, fields: Fields): readonly string[] {
  const type = fileNamesOf(fields.first(names.contentType) ?? '', 'name')
  return disposition === undefined ? type : [...fileNamesOf(disposition, 'filename'), ...type]
}

const HELD: ReleaseMode = { mode: 'held' }
const UNSCANNED: ReleaseMode = { mode: 'live', because: 'skipped' }

function releaseMode(
  request: RequestHead,
  { name, otherNames, bytes }: Pick<Transfer, 'name' | 'otherNames' | 'bytes'>,
  settings: HttpSettings,
  passTo: boolean,
): ReleaseMode {
  if (!settings.virus_check) return UNSCANNED
  if (passTo) return { mode: 'live', because: 'skipped', detail: 'PASS_TO' }
  const detail = skipsOf(settings).reason(request.fields.first(names.userAgent), name, otherNames)
  if (detail !== undefined) return { mode: 'live', because: 'skipped', detail }
  if (!settings.pass_filesize || (bytes !== undefined && bytes <= settings.pass_filesize_len)) return HELD
  return { mode: 'beyond', bytes: settings.pass_filesize_len }
}

/**
 * Whether a response to this request would be scanned, as far as the request tells: then it must ask for the whole
 * file, since a part of one cannot be judged.
 */
export function willBeScanned(request: RequestHead, urlName: string, settings: HttpSettings, passTo: boolean): boolean {
  return releaseMode(request, { name: urlName, bytes: undefined }, settings, passTo).mode !== 'live'
}

const NONE: readonly string[] = []

/**
 * Whether a response holds the whole of a file. Only a part that was asked for, under `range=pass`, may be delivered as
 * one; differences to an earlier version (RFC 3229) never are.
 */
function partialOf(
  request: RequestHead,
  { status, fields }: ResponseHead,
  settings: HttpSettings,
): Transfer['partial'] {
  if (status === 206) return settings.range === 'pass' && request.fields.has(names.range) ? 'allowed' : true
  if (status === 226 || fields.has(names.im)) return true
  // Elsewhere it means nothing (RFC 9110, 14.4), but readers are known that believe it. In other units it counts records.
  return status !== 416 && /^\s*bytes\b/i.test(fields.first(names.contentRange) ?? '')
}

/** The last part of a path, without its query, as a file name; `''` when it ends in a slash. */
export function nameInPath(path: string): string {
  const query = path.indexOf('?')
  const end = query === -1 ? path.length : query
  const name = path.slice(path.lastIndexOf('/', end - 1) + 1, end)
  if (!name.includes('%')) return name
  try {
    return fileNameOf(decodeURIComponent(name))
  } catch {
    return name
  }
}
