/** What each hook of a role may answer. A plugin may be plain JavaScript, so its types prove nothing. */
import { z } from '@fsigk/plugin-api'
import type { Hook } from './messages.js'

const MAX_FINDINGS = 1_000
const name = z.string().min(1).max(4_096)

const causes = [
  'engine-down',
  'engine-error',
  'no-space',
  'scan-timeout',
  'max-nested',
  'encrypted',
  'undecodable',
  'filesize',
] as const

const nothing = z
  .undefined()
  .or(z.null())
  .transform(() => undefined)

const answers = {
  scan: z.object({
    findings: z
      .array(
        z.object({
          threat: name,
          category: z.enum(['malware', 'riskware', 'policy']),
          member: z.string().max(4_096).exactOptional(),
        }),
      )
      .max(MAX_FINDINGS),
    unscanned: z
      .array(z.object({ because: z.enum(causes), detail: z.string().max(4_096).exactOptional() }))
      .max(MAX_FINDINGS)
      .exactOptional(),
  }),
  judge: nothing.or(z.object({ name, score: z.number().exactOptional() })),
  authenticate: nothing.or(z.object({ principal: name })),
  notify: nothing,
  write: nothing,
} as const satisfies Record<Hook, z.ZodType>

/** What a hook answers, once it has been read. */
export type AnswerOf<H extends Hook> = z.output<(typeof answers)[H]>

/** @returns the answer, or what is wrong with it */
export function readAnswer<H extends Hook>(
  hook: H,
  given: unknown,
): { readonly answer: AnswerOf<H> } | { readonly fault: string } {
  const read = answers[hook].safeParse(given)
  if (read.success) return { answer: read.data as AnswerOf<H> }
  const [issue] = read.error.issues
  const place = issue?.path.join('.') ?? ''
  return { fault: `${place === '' ? '' : `${place}: `}${issue?.message ?? 'not valid'}` }
}
