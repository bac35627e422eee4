/**
 * `X-Virus-Status` (guide 11.9, 11.10), with CRLF. What stands in it is one line whatever it came from.
 *
 * @param names of what was found; none for a mail that is clean
 */
export function virusStatus(productName: string, names: readonly string[]): string {
  const status = names.length === 0 ? `clean(${productName})` : `infected(${productName}) with [${names.join('+')}]`
  return `X-Virus-Status: ${status.replace(/[^\x20-\x7e]+/g, ' ')}\r\n`
}
