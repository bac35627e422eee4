/** Names that older files and the guide's slips use for a setting, by section; they are taken, and kept in their lines. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['smtp.block_message_len', 'smtp.block_messagesize_len'],
  ['pop.block_message_len', 'pop.block_messagesize_len'],
])

/** Guide 7.1.1.5 gives the list of RBL servers, which follows its switch, the name of SURBL's. */
const aliasesBehind: ReadonlyMap<string, string> = new Map([
  ['spam.spam_rbl spam.spam_surbl_list', 'spam.spam_rbl_list'],
])

/**
 * The key that is meant.
 *
 * @param nameBefore the setting on the line before it in the same section
 */
export function meantKey(section: string, name: string, nameBefore?: string): string {
  const key = `${section}.${name}`
  return aliasesBehind.get(`${section}.${nameBefore} ${key}`) ?? aliases.get(key) ?? key
}
