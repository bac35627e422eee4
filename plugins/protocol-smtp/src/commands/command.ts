/** A line as a command: the same in every letter case and spacing. */
export interface Command {
  /** In upper case. */
  readonly verb: string
  /** What follows it, without spaces around. */
  readonly text: string
  /** The line without spaces around. */
  readonly received: string
}

export function readCommand(line: string): Command {
  const received = line.replaceAll(/^[ \t]+|[ \t]+$/g, '')
  const end = received.search(/[ \t]/)
  if (end === -1) return { verb: received.toUpperCase(), text: '', received }
  return { verb: received.slice(0, end).toUpperCase(), text: received.slice(end).trimStart(), received }
}

/** The command in the one form in which servers get it. */
export function commandLine({ verb, text }: Command): string {
  return text === '' ? verb : `${verb} ${text}`
}
