/** What a server says that it can do, as far as a client may use it through a gateway that reads along. */
import { clearMechanisms } from '@fsigk/mail'
import { withheld } from './commands.js'

/**
 * The lines of CAPA's reply (RFC 2449, 5) that are passed on: without what is withheld, and with the mechanisms of SASL
 * that leave the traffic readable.
 *
 * @param withoutTop whether TOP is refused
 */
export function passableCapabilities(lines: readonly string[], withoutTop: boolean): readonly string[] {
  return lines.flatMap((line) => {
    const [tag = '', ...parameters] = line.split(' ').filter((word) => word !== '')
    const name = tag.toUpperCase()
    if (withheld.has(name) || (withoutTop && name === 'TOP')) return []
    if (name !== 'SASL') return [line]
    const mechanisms = clearMechanisms(parameters)
    return mechanisms.length === 0 ? [] : [['SASL', ...mechanisms].join(' ')]
  })
}

/** The lines of the reply to AUTH without an argument: a mechanism each. */
export function passableMechanisms(lines: readonly string[]): readonly string[] {
  return clearMechanisms(lines.map((line) => line.trim()))
}
