/** Paths of an envelope (RFC 5321, 4.1.2), read so that what the server gets is what was understood here. */

export interface PathArgument {
  /** Without angle brackets; `''` for the null sender. Latin1, free of control characters. */
  readonly address: string
  /** Each `KEYWORD` or `KEYWORD=value`, as it came. */
  readonly parameters: readonly string[]
}

export type PathFault = 'keyword' | 'addressSyntax' | 'parameterSyntax'

/** RFC 5321, 4.1.2, whose values may not hold `=`; some do. What is not ASCII is in ORCPT of RFC 6533. */
const PARAMETER = /^[A-Za-z0-9][A-Za-z0-9-]*(?:=[!-~\x80-\xff]+)?$/

/**
 * What follows MAIL or RCPT.
 *
 * @param keyword in upper case: `FROM`, `TO`
 */
export function readPathArgument(text: string, keyword: string): PathArgument | PathFault {
  const found = /^([A-Za-z]+)[ \t]*:[ \t]*/.exec(text)
  if (found?.[1]?.toUpperCase() !== keyword) return 'keyword'
  const path = text.slice(found[0].length)
  const end = pathEnd(path)
  if (end === undefined) return 'addressSyntax'
  const parameters = path.slice(end).split(/[ \t]+/)
  if (parameters.shift() !== '') return 'addressSyntax'
  if (!parameters.every((each) => PARAMETER.test(each))) return 'parameterSyntax'
  const address = path.startsWith('<') ? path.slice(1, end - 1) : path.slice(0, end)
  return { address, parameters }
}

/** Where a path ends, which brackets enclose unless the client is careless; undefined when it is none. */
function pathEnd(path: string): number | undefined {
  const isEnclosed = path.startsWith('<')
  let quoted = false
  for (let at = isEnclosed ? 1 : 0; at < path.length; at++) {
    const character = path[at] ?? ''
    if (/[\x00-\x1f\x7f]/.test(character)) return undefined
    if (quoted && character === '\\') {
      at++
      if (!/^[\x20-\x7e\x80-\xff]$/.test(path[at] ?? '')) return undefined
    } else if (character === '"') quoted = !quoted
    else if (quoted) continue
    else if (isEnclosed && character === '>') return at + 1
    else if (character === '<' || character === '>') return undefined
    else if (character === ' ') return isEnclosed || at === 0 ? undefined : at
  }
  return isEnclosed || quoted || path === '' ? undefined : path.length
}
