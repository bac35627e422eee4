/** Console transcripts of our documents, run as they stand: what a reader copies is what is tested. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

/** One command of a transcript, and what the document says it prints. */
export interface Step {
  readonly command: string
  readonly expected: string
  /** In the document, for messages. */
  readonly line: number
}

/**
 * The commands of a document's `console` blocks, in order: a line that begins with `$ ` is a command (it goes on after a
 * backslash at its end), what follows up to the next one is its output.
 */
export async function transcriptOf(path: string): Promise<readonly Step[]> {
  const steps: { command: string; expected: string; line: number }[] = []
  let inside = false
  for (const [index, text] of (await readFile(path, 'utf8')).split('\n').entries()) {
    const current = steps.at(-1)
    if (text.startsWith('```')) inside = text === '```console'
    else if (!inside) continue
    else if (text.startsWith('$ ')) steps.push({ command: text.slice(2), expected: '', line: index + 1 })
    else if (current?.command.endsWith('\\')) current.command += `\n${text}`
    else if (current !== undefined) current.expected += `${text}\n`
  }
  return steps
}

/** Whether a command printed what the document says. `…` stands for any text on its line, a line of it for any lines. */
export function printsAsDocumented(expected: string, printed: string): boolean {
  const lines = expected.trimEnd().split('\n').map(patternOf)
  return new RegExp(`^${lines.join('\n').replaceAll('[^]*\n', '[^]*')}$`).test(printed.trimEnd())
}

function patternOf(line: string): string {
  if (line.trim() === '…') return '[^]*'
  return line.split('…').map(literally).join('[^\\n]*')
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Runs one command in bash; stdout and stderr are one, as on a terminal. */
export async function runInShell(
  command: string,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<string> {
  const child = spawn('bash', ['-c', `exec 2>&1; ${command}`], { ...options, stdio: ['ignore', 'pipe', 'ignore'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await once(child, 'close')
  return printed
}
