/**
 * What the settings refuse by its name or by what kind of document it is (`block_ext`, `block_script`, `block_activex`;
 * guide 7.1.1.2, 11.14): policy findings beside those of the scanners. They meet `action` as a virus does. What a form is
 * refused for by the way it is written, its reader says (`Reading.findings`).
 */
import { type Content, type Finding, listWords, type Transfer } from '@fsigk/plugin-api'
import { type ActiveContent, endsInOne, MarkupScreen, mayBeMarkup, SNIFFED_BYTES } from '@fsigk/wire'

/** The settings that are read. A section that lacks one blocks nothing by it. */
export interface BlockSettings {
  readonly block_ext?: boolean
  readonly block_ext_list?: string
  readonly block_script?: boolean
  readonly block_activex?: boolean
  readonly block_partial_message?: boolean
  readonly block_mime_format?: boolean
}

export type BlockSwitch = Exclude<keyof BlockSettings, 'block_ext_list'>

/** Each name of a detection, and the setting that it hangs on. */
export const blockDetections: ReadonlyMap<string, BlockSwitch> = new Map([
  ['FSIGK/POLICY_BLOCK_EXT', 'block_ext'],
  ['FSIGK/POLICY_BLOCK_SCRIPT', 'block_script'],
  ['FSIGK/POLICY_BLOCK_ACTIVEX', 'block_activex'],
  ['FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE', 'block_partial_message'],
  ['FSIGK/POLICY_FORMAT_MIME_BOUNDARY', 'block_mime_format'],
  ['FSIGK/POLICY_FORMAT_MIME_FILENAME', 'block_mime_format'],
])

const BLOCKED_NAME: Finding = { threat: 'FSIGK/POLICY_BLOCK_EXT', category: 'policy' }
const byKind: Readonly<Record<ActiveContent, Finding>> = {
  script: { threat: 'FSIGK/POLICY_BLOCK_SCRIPT', category: 'policy' },
  activex: { threat: 'FSIGK/POLICY_BLOCK_ACTIVEX', category: 'policy' },
}

/** Whether a finding was made by a name alone. */
export function isByName({ threat }: Finding): boolean {
  return threat === BLOCKED_NAME.threat
}

const NOTHING: readonly Finding[] = []

/** In mail, this word in the list means every attachment (guide 7.1.1.2). */
const EVERY = 'ALL'

/** What readers show as an attachment although it has no name. */
const ATTACHED = /^(?:application|audio|font|image|model|video)\//i

interface Endings {
  readonly all: boolean
  readonly endings: readonly string[]
}

const prepared = new WeakMap<BlockSettings, Endings>()

/** Split once for each revision: snapshots are shared by the sessions that pin them. */
function endingsOf(settings: BlockSettings): Endings {
  const known = prepared.get(settings)
  if (known !== undefined) return known
  const words = listWords(settings.block_ext_list ?? '')
  const endings: Endings = { all: words.includes(EVERY), endings: words.map((word) => word.toLowerCase()) }
  prepared.set(settings, endings)
  return endings
}

/**
 * What the names of a transfer or a reading are refused for. Whether it is scanned does not matter.
 *
 * @param isMail it is one, or a part of one
 */
export function blockedByName(
  settings: BlockSettings,
  isMail: boolean,
  { name, otherNames, type }: Pick<Transfer, 'name' | 'otherNames' | 'type'>,
): readonly Finding[] {
  if (settings.block_ext !== true) return NOTHING
  const { all, endings } = endingsOf(settings)
  const isAny = all && isMail
  if (isAny && ATTACHED.test(type)) return [BLOCKED_NAME]
  const isBlocked = (each: string) => each !== '' && (isAny || endsInOne(each, endings))
  return isBlocked(name) || otherNames?.some(isBlocked) === true ? [BLOCKED_NAME] : NOTHING
}

export function blocksContent(settings: BlockSettings): boolean {
  return settings.block_script === true || settings.block_activex === true
}

/**
 * What one content is refused for.
 *
 * @param signal aborted when the time of the scan is over; what was not looked at by then is told as such by the scan
 */
export async function blockedByContent(
  settings: BlockSettings,
  content: Content,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const found = await activeContent(settings, content, signal)
  return [...found].filter((kind) => settings[`block_${kind}`] === true).map((kind) => byKind[kind])
}

async function activeContent(
  settings: BlockSettings,
  content: Content,
  signal: AbortSignal,
): Promise<ReadonlySet<ActiveContent>> {
  const screen = new MarkupScreen(content.type)
  if (!mayBeMarkup(content.type, content.name, await beginning(content))) return screen.found
  for await (const chunk of content.open()) {
    signal.throwIfAborted()
    screen.push(chunk)
    if (hasAllThatIsBlocked(settings, screen.found)) break
  }
  screen.end()
  return screen.found
}

async function beginning(content: Content): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of content.open()) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= SNIFFED_BYTES) break
  }
  return Buffer.concat(chunks)
}

function hasAllThatIsBlocked(settings: BlockSettings, found: ReadonlySet<ActiveContent>): boolean {
  return (
    (settings.block_script !== true || found.has('script')) && (settings.block_activex !== true || found.has('activex'))
  )
}
