/** What the workers tell each other of a long download, as text in the shared state. */
import { z } from '@fsigk/plugin-api'

/** The limit of the shared state for one text. */
const MAX_TEXT_BYTES = 16_384

const facts = z.object({
  is: z.enum(['receiving', 'scanning', 'ready', 'refused', 'failed']),
  /** The address of the one client that may see it. */
  peer: z.string(),
  /** Whose file it is to a browser: host and port as it spells them. */
  site: z.string(),
  url: z.string(),
  name: z.string(),
  /** Bytes of the body so far, and of how many where that is known. */
  bytes: z.number(),
  total: z.number().optional(),
  /** How long a file that is ready can be fetched, in seconds. */
  lifetime: z.number(),
  /** The file that holds the body, once it may pass. */
  path: z.string().optional(),
  /** Fields of the server's answer that say what the body is. */
  fields: z.array(z.tuple([z.string(), z.string()])).optional(),
  /** Why a body that passes is not clean, as a word of the log. */
  unscanned: z.string().optional(),
  /** The answer to who asks for a download that was refused. */
  status: z.number().optional(),
  page: z.string().optional(),
})

export type DownloadFacts = Readonly<z.infer<typeof facts>>

/** What does not fit is left out: first the page, then the fields. */
export function factsText(told: DownloadFacts): string {
  const whole = JSON.stringify(told)
  if (Buffer.byteLength(whole) <= MAX_TEXT_BYTES) return whole
  const { page: _page, ...withoutPage } = told
  const shorter = JSON.stringify(withoutPage)
  if (Buffer.byteLength(shorter) <= MAX_TEXT_BYTES) return shorter
  const { fields: _fields, ...rest } = withoutPage
  return JSON.stringify({ ...rest, url: told.url.slice(0, 1000), name: told.name.slice(0, 200) })
}

/** @throws when the text is none of ours */
export function readFacts(text: string): DownloadFacts {
  return facts.parse(JSON.parse(text))
}
