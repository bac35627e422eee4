/** Mails that settings refuse for what they are: one for each switch of guide 7.1.1.2 and 11.14. */
import { CLEAN_MAIL, mailWith } from './mails.js'

export interface BlockedMail {
  readonly says: string
  /** Under the section of the protocol. */
  readonly settings: Readonly<Record<string, boolean | string>>
  readonly threat: string
  readonly mail: string
}

const page = (html: string) => `Subject: page\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${html}\r\n`
const file = Buffer.from('harmless')
/** The header of a ZIP file whose only member is encrypted. */
const locked = Buffer.from('504b030414000100080000000000000000000000000000000000010000006161', 'hex')

export const blockedMails: readonly BlockedMail[] = [
  {
    says: 'a page with ActiveX',
    settings: { block_activex: true },
    threat: 'FSIGK/POLICY_BLOCK_ACTIVEX',
    mail: page('<object classid="clsid:D27CDB6E-AE6D-11cf-96B8-444553540000"></object>'),
  },
  {
    says: 'a page with a script',
    settings: { block_script: true },
    threat: 'FSIGK/POLICY_BLOCK_SCRIPT',
    mail: page('<script>alert(1)</script>'),
  },
  {
    says: 'a piece of a message',
    settings: { block_partial_message: true },
    threat: 'FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE',
    mail: 'Subject: part\r\nContent-Type: message/partial; id="a@b"; number=1; total=2\r\n\r\nSubject: y\r\n\r\nx\r\n',
  },
  {
    says: 'an encrypted archive',
    settings: { block_encrypted: true },
    threat: 'FSIGK/POLICY_BLOCK_ENCRYPTED',
    mail: mailWith(locked, 'Locked', 'a.zip'),
  },
  {
    says: 'a file whose name ends as in the list, in any case',
    settings: { block_ext: true, block_ext_list: '.EXE,.pif' },
    threat: 'FSIGK/POLICY_BLOCK_EXT',
    mail: mailWith(file, 'Named', 'tool.Pif'),
  },
  {
    says: 'any file, with ALL',
    settings: { block_ext: true, block_ext_list: 'ALL' },
    threat: 'FSIGK/POLICY_BLOCK_EXT',
    mail: mailWith(file, 'Any', 'minutes.txt'),
  },
  {
    says: 'a control character in a boundary',
    settings: { block_mime_format: true },
    threat: 'FSIGK/POLICY_FORMAT_MIME_BOUNDARY',
    mail: CLEAN_MAIL.replaceAll('cut-here', 'cut\x01here'),
  },
  {
    says: 'a control character in the name of a file',
    settings: { block_mime_format: true },
    threat: 'FSIGK/POLICY_FORMAT_MIME_FILENAME',
    mail: mailWith(file, 'Odd', 'minutes\x02.txt'),
  },
]

/** Nothing is blocked by any of them. */
export const blocksNothing: Readonly<Record<string, boolean | string>> = Object.fromEntries(
  blockedMails.flatMap(({ settings }) => Object.keys(settings)).map((key) => [key, key.endsWith('_list') ? '' : false]),
)

/** Settings of a section, by their whole names. */
export function inSection(
  section: string,
  settings: Readonly<Record<string, boolean | string>>,
): Record<string, boolean | string> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${section}.${key}`, value]))
}
