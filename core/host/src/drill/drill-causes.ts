/** What can be drilled: for each cause of `unscanned`, the body that meets it and the setting that decides. */

export interface DrillCause {
  readonly name: string
  readonly says: string
  /** Without its section: `fail_open`. */
  readonly decidedBy: string
  /** Whether the default lets it through unscanned. */
  readonly passesByDefault: boolean
  /** What the drill's scanner is told to do, at the beginning of the body. */
  readonly order: string
  readonly bytes: number
  readonly range?: string
  /** The services that know it; all when it stays away. */
  readonly services?: readonly string[]
}

/** Bodies of the cause are this long or longer; the drill has files over `SMALL_LIMIT` be large ones. */
const LARGE_BYTES = 2_000
const SMALL_BYTES = 200
export const SMALL_LIMIT = 1_000

/** The one that has the scanner hang comes last: it is begun anew afterwards. */
export const drillCauses: readonly DrillCause[] = [
  {
    name: 'engine-down',
    says: 'no scanner answers',
    decidedBy: 'fail_open',
    passesByDefault: false,
    order: 'cannot engine-down',
    bytes: SMALL_BYTES,
  },
  {
    name: 'engine-error',
    says: 'a scanner fails',
    decidedBy: 'fail_open',
    passesByDefault: false,
    order: 'throw',
    bytes: SMALL_BYTES,
  },
  {
    name: 'no-space',
    says: 'the spool is full',
    decidedBy: 'fail_open',
    passesByDefault: false,
    order: 'cannot no-space',
    bytes: SMALL_BYTES,
  },
  {
    name: 'max-nested',
    says: 'an archive is nested too deep',
    decidedBy: 'block_maxnested',
    passesByDefault: false,
    order: 'cannot max-nested',
    bytes: SMALL_BYTES,
  },
  {
    name: 'encrypted',
    says: 'it is encrypted',
    decidedBy: 'block_encrypted',
    passesByDefault: true,
    order: 'cannot encrypted',
    bytes: SMALL_BYTES,
  },
  {
    name: 'undecodable',
    says: 'it cannot be decoded or unpacked',
    decidedBy: 'block_undecodable',
    passesByDefault: false,
    order: 'cannot undecodable',
    bytes: SMALL_BYTES,
  },
  {
    name: 'filesize',
    says: 'it is larger than block_filesize_len',
    decidedBy: 'block_filesize',
    passesByDefault: true,
    order: 'find nothing',
    bytes: LARGE_BYTES,
  },
  {
    name: 'messagesize',
    says: 'a mail is larger than block_messagesize_len',
    decidedBy: 'block_messagesize',
    passesByDefault: true,
    order: 'find nothing',
    bytes: LARGE_BYTES,
    services: ['smtp', 'pop'],
  },
  {
    name: 'over-filesize',
    says: 'it is larger than pass_filesize_len',
    decidedBy: 'pass_filesize',
    passesByDefault: false,
    order: 'find nothing',
    bytes: LARGE_BYTES,
  },
  {
    name: 'range',
    says: 'only a part of a file is asked for',
    decidedBy: 'range',
    passesByDefault: false,
    order: 'find nothing',
    bytes: SMALL_BYTES,
    range: 'bytes=0-99',
    services: ['http'],
  },
  {
    name: 'scan-timeout',
    says: 'the time for scanning is over',
    decidedBy: 'block_scantimeout',
    passesByDefault: false,
    order: 'hang',
    bytes: SMALL_BYTES,
  },
]

/** The body of a cause: its order, then filling. */
export function drillBody({ order, bytes }: DrillCause): Buffer {
  return Buffer.from(`${order}\n`.padEnd(bytes, '.'), 'latin1')
}
