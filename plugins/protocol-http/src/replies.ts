/** What the gateway itself says: the guide's error responses (11.6), and ours for what the guide is silent about. */

import type { RequestFault } from './message/request-head.js'
import type { ResponseFault } from './message/response-head.js'
import type { RouteFault } from './route.js'
import type { BodyFault } from './sockets/incoming-body.js'

/** Every reason to answer in place of the server. */
export type Refusal =
  | RequestFault
  | ResponseFault
  | RouteFault
  | 'sourceDenied'
  | 'targetDenied'
  | 'portDenied'
  | 'userAgentDenied'
  | 'rangeDenied'
  | 'unreachable'
  | 'loop'
  | 'crowded'
  | 'lengthRequired'
  | 'requestBody'
  | 'requestTimeout'
  | 'upstreamClosed'
  | 'upstreamTimeout'
  | 'upstreamSlow'
  | 'responseBody'
  | 'switchUnasked'

interface Reply {
  readonly status: number
  /** PROXY-ERROR of the log and `${ERROR_STR}` of the page; `''` where the cause brings its own words (11.12). */
  readonly message: string
}

export const replies: Readonly<Record<Refusal, Reply>> = {
  methodTooLong: { status: 400, message: 'Too long Request Method' },
  methodCharacter: { status: 400, message: 'Illegal method character.' },
  urlTooLong: { status: 414, message: 'Request-URI Too Long' },
  urlCharacter: { status: 400, message: 'Illegal URL character.' },
  urlFormat: { status: 400, message: 'Invalid URL format' },
  versionTooLong: { status: 400, message: 'Too long Request Version' },
  version: { status: 505, message: 'Only support HTTP/0.9, HTTP/1.0, HTTP/1.1' },

  lineEnd: { status: 400, message: 'Illegal line end in request header' },
  fieldSyntax: { status: 400, message: 'Illegal request header' },
  fieldsTooLong: { status: 431, message: 'Too Large Request Header' },
  hostMissing: { status: 400, message: 'No Host in request header' },
  hostFormat: { status: 400, message: 'Illegal Host in request header' },
  hostTwice: { status: 400, message: 'More than one Host in request header' },
  framing: { status: 400, message: 'Ambiguous request length' },
  lengthRequired: { status: 411, message: 'Length Required' },
  requestBody: { status: 400, message: 'Illegal request body' },
  requestTimeout: { status: 408, message: 'Request Timeout' },

  sourceDenied: { status: 403, message: 'Access Denied' },
  targetDenied: { status: 403, message: '' },
  portDenied: { status: 403, message: '' },
  userAgentDenied: { status: 403, message: 'Access Denied (User-Agent)' },
  rangeDenied: { status: 403, message: 'Requests for a part of a file (Range) are not allowed' },
  unreachable: { status: 503, message: '' },
  crowded: { status: 503, message: 'Too many connections from this address' },
  loop: { status: 508, message: 'The request has come back to this proxy (Via)' },
  parentMissing: { status: 503, message: 'http.self_proxy is on, but http.parent_server_host names no server' },

  responseTooLarge: { status: 502, message: 'get_response_header: Too Large Header' },
  responseSyntax: { status: 502, message: 'Illegal response header' },
  responseFraming: { status: 502, message: 'Ambiguous response length' },
  responseBody: { status: 502, message: 'Illegal response body' },
  switchUnasked: { status: 502, message: 'Server changed to a protocol that was not asked for' },
  upstreamClosed: { status: 502, message: 'Server closed connection while transaction.' },
  upstreamTimeout: { status: 504, message: 'No response from server' },
  upstreamSlow: { status: 504, message: 'Server sends too slowly' },
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  411: 'Length Required',
  414: 'Request-URI Too Long',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  508: 'Loop Detected',
}

/** What is said of a request whose body did not come whole. */
export const uploadRefusals: Readonly<Record<BodyFault, Refusal>> = {
  cut: 'requestBody',
  malformed: 'requestBody',
  stalled: 'requestTimeout',
  slow: 'requestTimeout',
}

/** Said to a client that waits before it sends a body which is held here (RFC 9110, 10.1.1). */
export const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/** A page that was detected is refused for good (decision 010). */
export const DETECTED_STATUS = 403

/** Content that cannot be judged for now may be asked for again. */
export const DEFERRED_STATUS = 503
export const RETRY_AFTER_SECONDS = 30

/**
 * The head of a page of ours, after which the connection closes.
 *
 * @param bytes of the page
 * @param fields further header lines, each with its line end
 */
export function pageHead(status: number, bytes: number, http10: boolean, fields = ''): string {
  return (
    `HTTP/1.${http10 ? 0 : 1} ${status} ${reasons[status] ?? ''}\r\n` +
    `Date: ${new Date().toUTCString()}\r\n` +
    'Content-Type: text/html; charset=utf-8\r\n' +
    `Content-Length: ${bytes}\r\n` +
    `Cache-Control: no-store\r\n${fields}Connection: close\r\n\r\n`
  )
}
