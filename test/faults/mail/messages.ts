/** The messages of the loss test: each known by its number, its attempt in its header, every line of it told apart from all others. */
import { EICAR } from '../../peers/samples.js'

/** Number of lines of text, in turn. */
const SIZES = [4, 60, 1_200, 4, 200, 4_000]
const INFECTED_EVERY = 9

export const SENDER = 'sender@outside.example'
export const RECIPIENT = 'reader@inside.example'

export function isInfected(number: number): boolean {
  return number % INFECTED_EVERY === 4
}

/** Header and body, latin1; lines end with CRLF, and the last line is not the end of data. */
export function messageOf(number: number, attempt: number): string {
  const lines = Array.from({ length: SIZES[number % SIZES.length] ?? 1 }, (_, at) => lineOf(number, at))
  return [
    `X-Message: ${number}`,
    `X-Attempt: ${attempt}`,
    `Message-Id: <${number}@outside.example>`,
    `From: <${SENDER}>`,
    `To: <${RECIPIENT}>`,
    `Subject: message ${number}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="next"',
    '',
    '--next',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...lines,
    ...(isInfected(number) ? attachment(EICAR) : attachment(Buffer.from(`harmless ${number}`))),
    '--next--',
    '',
  ].join('\r\n')
}

/** Among them lines that begin with dots, that are empty, and with bytes above 127. */
function lineOf(number: number, at: number): string {
  const says = `${number}.${at} ${'\xe4'.repeat(at % 40)}${'x'.repeat((number + at) % 30)}`
  if (at % 7 === 3) return `.${says}`
  return at % 11 === 5 ? '.' : at % 13 === 6 ? '' : says
}

function attachment(bytes: Buffer): readonly string[] {
  return [
    '--next',
    'Content-Type: application/octet-stream; name="attached.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64'),
  ]
}
