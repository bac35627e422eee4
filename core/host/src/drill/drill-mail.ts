import type { DrillCause } from './drill-causes.js'

const FILLING = 'x'.repeat(70)

/** The mail of a cause, without the line that ends it: its order begins an attachment, which is scanned whatever the settings say of texts. */
export function drillMail({ name, order, bytes }: DrillCause): readonly string[] {
  const lines = [
    `From: <drill@drill.invalid>`,
    `To: <${name}@drill.invalid>`,
    `Subject: ${name}`,
    'MIME-Version: 1.0',
    'Content-Type: application/octet-stream',
    '',
    order,
  ]
  for (let left = bytes - order.length; left > 0; left -= FILLING.length) lines.push(FILLING)
  return lines
}

/** What stands behind the header. */
export function textOfMail(mail: string): string {
  const end = mail.indexOf('\r\n\r\n')
  return end === -1 ? '' : mail.slice(end + 4)
}
