/** `spam/custom.txt` (guide 7.1.1.5): one rule a line, its four parts between tabs. */
import { utf8Bytes } from '../domain/utf8.js'
import type { FileFault } from './face.js'

const MAX_RULES = 100
const MAX_FIELD_BYTES = 29

const judgements = ['BLACK', 'WHITE', 'NONE']
const methods = ['IGNORECASE', 'HEADMATCH', 'TAILMATCH', 'NOT', 'AND', 'AND_SAMEPART']

/** What is wrong with custom rules, line by line. Blank lines and lines that begin with `#` are comments. */
export function customRuleFaults(text: string): readonly FileFault[] {
  let rules = 0
  return text.split('\n').flatMap((line, index): readonly FileFault[] => {
    if (/^\s*(#|$)/.test(line)) return []
    rules++
    const rule = rules > MAX_RULES ? `is rule ${rules}; at most ${MAX_RULES} are allowed` : ruleFault(line)
    return rule === undefined ? [] : [{ line: index + 1, rule }]
  })
}

function ruleFault(line: string): string | undefined {
  const [judgement = '', field = '', comparison, search, ...more] = line.replace(/\r$/, '').split('\t')
  if (more.length > 0 || comparison === undefined || (search === undefined && field !== 'ALWAYS'))
    return 'must be judgement, field, comparison and search strings, with a tab between each'
  if (!judgements.includes(judgement)) return `must begin with ${judgements.join(', ')} (the judgement)`
  if (!/^[!-9;-~]+$/.test(field) || utf8Bytes(field) > MAX_FIELD_BYTES)
    return `must name a header field of at most ${MAX_FIELD_BYTES} characters, FILENAME, FILESIZE, TEXTBODY, HTMLBODY, URLHOST, RELAYIP or ALWAYS`
  const unknown = comparison.split(/[\s,|+]+/).find((word) => word !== '' && !methods.includes(word))
  return unknown === undefined ? undefined : `compares by ${methods.join(', ')}, and by nothing else`
}
