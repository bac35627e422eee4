/**
 * Where a request goes: to the server of its URL, or to the parent, to which everything goes when there is one
 * (`self_proxy`, guide 7.1.1.1 and 10.5). A parent is another proxy for requests that name a host, and the web server
 * behind a reverse proxy for those that name a path alone: the client's form is kept. Decided here and nowhere else.
 */
import type { Target } from '@fsigk/plugin-api'
import { names } from './message/field-names.js'
import type { RequestHead } from './message/request-head.js'
import { absoluteTarget, authorityTarget, type RequestTarget } from './message/request-target.js'
import type { HttpSettings } from './settings.js'

export interface Route {
  /** What the client asks for. For a web server behind us, its name as the client knows it. */
  readonly target: RequestTarget
  /** The server that is connected to: that of the target, or the parent. */
  readonly hop: Target
  /** `host:port` of the hop: connections that wait are found by it. */
  readonly key: string
  /** The request target as the hop is to read it (RFC 9112, 3.2). */
  readonly line: string
  /** `direct`: there is no parent. `proxy`: the parent is to ask another server. `server`: the parent is to answer. */
  readonly by: 'direct' | 'proxy' | 'server'
}

/** Why a request goes nowhere; the words are in `replies.ts`. */
export type RouteFault = 'urlFormat' | 'hostMissing' | 'hostFormat' | 'parentMissing'

const DEFAULT_PORT = 80

/** @returns the route, or why there is none */
export function routeOf(head: RequestHead, settings: HttpSettings): Route | RouteFault {
  if (!settings.self_proxy) {
    const target = namedTarget(head)
    if (target === undefined) return 'urlFormat'
    const line = head.method === 'CONNECT' ? target.authority : target.path
    const { host, port } = target
    return { target, hop: { host, port }, key: `${host}:${port}`, line, by: 'direct' }
  }
  const parent = parentOf(settings)
  if (parent === undefined) return 'parentMissing'
  if (namesPathAlone(head)) return toServer(head, parent)
  const target = namedTarget(head)
  if (target === undefined) return 'urlFormat'
  return { target, hop: parent.hop, key: parent.key, line: lineForProxy(head, target), by: 'proxy' }
}

/** The target of a request that names its host: a URL, or `host:port` of CONNECT. */
function namedTarget({ method, url }: RequestHead): RequestTarget | undefined {
  if (method !== 'CONNECT') return absoluteTarget(url, method)
  const target = authorityTarget(url)
  return target === undefined ? undefined : { ...target, path: '' }
}

/** OPTIONS about a whole server keeps its form until the last proxy, which makes it `*` (RFC 9112, 3.2.4). */
function lineForProxy({ method }: RequestHead, { authority, path }: RequestTarget): string {
  if (method === 'CONNECT') return authority
  return path === '*' ? `http://${authority}` : `http://${authority}${path}`
}

/** Whether the request is in the form that web servers are asked in: a path, or `*`. */
function namesPathAlone({ method, url }: RequestHead): boolean {
  return (url.startsWith('/') && method !== 'CONNECT') || (url === '*' && method === 'OPTIONS')
}

/** To the web server, by the name under which the client knows it: Host stays as it came (RFC 9112, 3.2). */
function toServer(head: RequestHead, parent: Parent): Route | RouteFault {
  const host = head.fields.first(names.host)
  if (host === undefined && head.version === '1.1') return 'hostMissing'
  const named = host === undefined ? parent.named : authorityTarget(host, DEFAULT_PORT)
  if (named === undefined) return 'hostFormat'
  const fragment = head.url.indexOf('#')
  const path = fragment === -1 ? head.url : head.url.slice(0, fragment)
  return { target: { ...named, path }, hop: parent.hop, key: parent.key, line: path, by: 'server' }
}

interface Parent {
  readonly hop: Target
  readonly key: string
  /** What its Host field says for clients that name none (HTTP/1.0). */
  readonly named: Omit<RequestTarget, 'path'>
}

const parents = new WeakMap<HttpSettings, Parent>()

/** Made once for each revision; undefined when the settings name none. */
function parentOf(settings: HttpSettings): Parent | undefined {
  const known = parents.get(settings)
  if (known !== undefined || settings.parent_server_host === '') return known
  const { parent_server_host: host, parent_server_port: port } = settings
  const written = host.includes(':') ? `[${host}]` : host
  const authority = port === DEFAULT_PORT ? written : `${written}:${port}`
  const parent = { hop: { host, port }, key: `${host}:${port}`, named: { host, port, authority } }
  parents.set(settings, parent)
  return parent
}
