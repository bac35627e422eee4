/**
 * Reads access lists in the notation of hosts_access(5) as the guide uses it (7.2): addresses, `192.168.`, net/mask,
 * net/length, `[v6]/length`, names, `.domain`, `*` and `?`, `ALL`, `LOCAL`, `KNOWN`, `UNKNOWN`, `EXCEPT`, list files.
 * Stricter than tcp_wrappers where a pattern could never match or would match what its writer did not mean.
 */
import { type AccessList, HostPatterns } from './access-list.js'
import { formatIpv4, parseAddress, parseIpv4 } from './address.js'
import type { Broken } from './definition.js'
import { hostNameFault } from './host-name.js'

/** Hands out the text of a list file; throws when it cannot be read. */
export type ListFileReader = (path: string) => string

/**
 * @param text one list a line; who is in any of them is in the whole
 * @param readListFile without it, list files are checked as paths only and hold nobody: good for checking a value
 * @returns the list, or the rule that it breaks with the character where (list files: the line)
 */
export function parseAccessList(text: string, readListFile?: ListFileReader): AccessList | Broken {
  const files: string[] = []
  const lines: HostPatterns[][] = []
  let start = 0
  try {
    for (const line of text.split('\n')) {
      const clauses = parseLine(line, start, (path, patterns) => {
        files.push(path)
        if (readListFile !== undefined) addListFile(path, readListFile, patterns)
      })
      if (clauses.length > 0) lines.push(clauses)
      start += line.length + 1
    }
  } catch (error) {
    if (error instanceof PatternFault) return { rule: error.message }
    throw error
  }
  return { lines, files }
}

/** Unwinds to `parseAccessList`, which turns it into a return value; never leaves this file. */
class PatternFault extends Error {}

type AddFile = (path: string, patterns: HostPatterns) => void

function parseLine(line: string, start: number, addFile: AddFile): HostPatterns[] {
  const clauses: HostPatterns[] = []
  let patterns: HostPatterns | undefined
  let except: number | undefined
  for (const { 0: word, index } of line.matchAll(/[^\s,]+/g)) {
    const position = start + index + 1
    if (word.toUpperCase() === 'EXCEPT') {
      if (patterns === undefined) throw new PatternFault(`EXCEPT needs patterns before it (character ${position})`)
      patterns = undefined
      except = position
    } else {
      if (patterns === undefined) {
        patterns = new HostPatterns()
        clauses.push(patterns)
      }
      if (word.startsWith('/')) addFile(word, patterns)
      else addPattern(word, patterns, `character ${position}`)
    }
  }
  if (except !== undefined && patterns === undefined)
    throw new PatternFault(`EXCEPT needs patterns after it (character ${except})`)
  return clauses
}

/** Patterns on lines or between blanks; `#` begins a comment. EXCEPT and further files have no place in it. */
function addListFile(path: string, read: ListFileReader, patterns: HostPatterns): void {
  let text: string
  try {
    text = read(path)
  } catch (error) {
    throw new PatternFault(
      `list file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  for (const [index, line] of text.split('\n').entries()) {
    const where = `${path}, line ${index + 1}`
    for (const word of line.replace(/#.*/, '').match(/[^\s,]+/g) ?? []) {
      if (word.startsWith('/') || word.toUpperCase() === 'EXCEPT')
        throw new PatternFault(`a list file holds hosts only, not '${word}' (${where})`)
      addPattern(word, patterns, where)
    }
  }
}

function addPattern(word: string, patterns: HostPatterns, where: string): void {
  const fault = patternFault(word, patterns)
  if (fault !== undefined) throw new PatternFault(`'${shortened(word)}' ${fault} (${where})`)
}

function shortened(word: string): string {
  return word.length > 60 ? `${word.slice(0, 60)}…` : word
}

/** Adds a pattern, or says what is wrong with it. */
function patternFault(word: string, patterns: HostPatterns): string | undefined {
  const upper = word.toUpperCase()
  if (upper === 'ALL' || upper === 'LOCAL' || upper === 'KNOWN' || upper === 'UNKNOWN') {
    patterns.addWord(upper)
    return undefined
  }
  if (upper === 'PARANOID') return 'is not needed: a name that does not fit its address counts as UNKNOWN'
  if (word.includes('@')) return 'names a user or netgroup, which are not looked up; name hosts'
  if (word.startsWith('[')) return addIpv6(word, patterns)
  if (word.includes(':')) return `must stand in brackets if it is an IPv6 address: [${word.replace(/\/.*/, '')}]`
  if (/[*?]/.test(word)) return addGlob(word, patterns)
  if (word.includes('/')) return addNetwork(word, patterns)
  if (/^[0-9.]+\.$/.test(word)) return addAddressPrefix(word, patterns)
  if (/^[0-9.]+$/.test(word) && !word.startsWith('.')) return addIpv4(word, patterns)
  return addName(word, patterns)
}

function addIpv4(word: string, patterns: HostPatterns): string | undefined {
  const bits = parseIpv4(word)
  if (bits === undefined) return 'is no address: four numbers from 0 to 255, without leading zeros'
  patterns.addNetwork(bits, 0xffffffff)
  return undefined
}

/** `192.168.`: all addresses that begin so. */
function addAddressPrefix(word: string, patterns: HostPatterns): string | undefined {
  const octets = word.slice(0, -1).split('.').length
  const bits = octets <= 3 ? parseIpv4(word.slice(0, -1) + '.0'.repeat(4 - octets)) : undefined
  if (bits === undefined) return 'is no beginning of an address: one to three numbers from 0 to 255, each with a dot'
  patterns.addNetwork(bits, maskOf(octets * 8))
  return undefined
}

function addNetwork(word: string, patterns: HostPatterns): string | undefined {
  const slash = word.indexOf('/')
  const bits = parseIpv4(word.slice(0, slash))
  const maskText = word.slice(slash + 1)
  const mask = /^([0-9]|[12][0-9]|3[0-2])$/.test(maskText) ? maskOf(Number(maskText)) : parseIpv4(maskText)
  if (bits === undefined) return 'is no network: before the slash stands an address of four numbers'
  if (mask === undefined)
    return 'is no network: after the slash stands a mask like 255.255.0.0 or a length from 0 to 32'
  // The guide (7.2) and hosts_access(5) rule it out, and tcp_wrappers silently never matches it.
  if (maskText === '255.255.255.255') return 'cannot have the mask 255.255.255.255; write the address alone'
  const network = (bits & mask) >>> 0
  if (network !== bits)
    return `has bits outside its mask and would match nobody; the network is ${formatIpv4(network)}/${maskText}`
  patterns.addNetwork(bits, mask)
  return undefined
}

/** @param length 0 to 32 */
function maskOf(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0
}

/** Bits beyond the length are ignored, as tcp_wrappers does for IPv6. */
function addIpv6(word: string, patterns: HostPatterns): string | undefined {
  const [, inside = '', lengthText] = /^\[([^\]]*)\](?:\/(0|[1-9][0-9]{0,2}))?$/.exec(word) ?? []
  const address = inside.includes(':') ? parseAddress(inside) : undefined
  const length = Number(lengthText ?? 128)
  if (address === undefined || length > 128)
    return 'is no IPv6 address or network: [address] or [address]/length, length from 0 to 128'
  if (address.family === 6) patterns.addNetwork6(address.words, length)
  else if (lengthText === undefined || length === 128) patterns.addNetwork(address.bits, 0xffffffff)
  else return 'is an IPv4 network in the clothes of IPv6; write it as a.b.c.d/length'
  return undefined
}

function addGlob(word: string, patterns: HostPatterns): string | undefined {
  if (/^\.|\.$|\//.test(word))
    return "mixes '*' or '?' with a leading or final dot or a mask, which hosts_access(5) rules out"
  if (!/^[A-Za-z0-9_.*?-]+$/.test(word)) return 'is no host name or address'
  patterns.addGlob(word.toLowerCase())
  return undefined
}

function addName(word: string, patterns: HostPatterns): string | undefined {
  const domain = word.startsWith('.')
  const fault = hostNameFault(domain ? word.slice(1) : word)
  if (fault !== undefined) return `is no host name or address: ${fault.fault}`
  if (domain) patterns.addDomain(word.slice(1).toLowerCase())
  else patterns.addName(word.toLowerCase())
  return undefined
}
