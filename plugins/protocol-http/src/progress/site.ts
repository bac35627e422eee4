import { names } from '../message/field-names.js'
import type { RequestHead } from '../message/request-head.js'

/** The site that a browser thinks it asks: host and port of the URL, else of the Host field; lower case. */
export function siteOf({ url, fields }: RequestHead): string {
  const [, authority] = /^\w+:\/\/([^/?#]*)/.exec(url) ?? []
  const site = authority ?? fields.first(names.host) ?? ''
  return site.slice(site.lastIndexOf('@') + 1).toLowerCase()
}
