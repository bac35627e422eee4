/** Names that older files and the guide's slips use for a setting, by section; they are taken, and kept in their lines. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['smtp.block_message_len', 'smtp.block_messagesize_len'],
  ['pop.block_message_len', 'pop.block_messagesize_len'],
])

/** The key that is meant. */
export function meantKey(section: string, name: string): string {
  const key = `${section}.${name}`
  return aliases.get(key) ?? key
}
