/** Which clients are refused by what they say they are. */
import { flag, list } from '@fsigk/plugin-api'

/** The guide's limit of a list, in bytes. */
const LIST_BYTES = 1999

export const userAgentSettings = {
  block_user_agent: flag(false, {
    label: { en: 'Block by User-Agent', ja: 'User-Agentによる禁止' },
    help: {
      en: 'Refuses the clients of block_user_agent_list (403).',
      ja: 'block_user_agent_listのクライアントを拒否します(403)。',
    },
  }),
  block_user_agent_list: list(
    '',
    { maxBytes: LIST_BYTES },
    {
      label: { en: 'Blocked User-Agents', ja: '禁止するUser-Agent' },
      help: {
        en: 'How they begin; case matters. Separated by ",".',
        ja: '前方一致、大文字小文字を区別。","区切り。',
      },
    },
  ),
} as const
