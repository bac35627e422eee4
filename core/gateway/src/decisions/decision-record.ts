/**
 * The facts of one detection, refusal or error, as `fsigk config why` needs them: what was asked and what was found,
 * before any policy, so that it can be decided again under other settings.
 */
import { z } from '@fsigk/plugin-api'

const finding = z.object({
  threat: z.string(),
  category: z.enum(['malware', 'riskware', 'policy']),
  member: z.string().exactOptional(),
})
const causes = [
  'engine-down',
  'engine-error',
  'no-space',
  'scan-timeout',
  'max-nested',
  'encrypted',
  'undecodable',
  'filesize',
  'messagesize',
  'range',
  'over-filesize',
  'skipped',
  'tunnel',
] as const
const unscanned = z.object({
  because: z.enum(causes),
  detail: z.string().exactOptional(),
  word: z.string().exactOptional(),
})

const common = {
  id: z.string(),
  revision: z.int().nonnegative(),
  /** ISO 8601, UTC. */
  at: z.string(),
  service: z.string(),
  peer: z.object({ address: z.string(), name: z.string().exactOptional() }),
  method: z.string(),
  url: z.string(),
  /** As it stood in the log when this was recorded. */
  status: z.int(),
}

export const decisionRecord = z.discriminatedUnion('is', [
  /** The peer may not come in. */
  z.object({ is: z.literal('source-denied'), ...common }),
  /** The target may not be reached. */
  z.object({ is: z.literal('target-denied'), ...common, host: z.string(), port: z.int(), address: z.string() }),
  /** Content was detected or could not be judged. */
  z.object({
    is: z.literal('judged'),
    ...common,
    findings: z.array(finding),
    unscanned: z.array(unscanned),
    result: z.string(),
    action: z.string(),
    names: z.array(z.string()),
    transfer: z.object({
      direction: z.enum(['download', 'upload']),
      name: z.string(),
      type: z.string(),
      bytes: z.int().nonnegative(),
    }),
    scanners: z.array(z.object({ id: z.string(), definitions: z.string() })),
    /** It was a mail. */
    mail: z.boolean().exactOptional(),
    /** It met the settings for mail of the LAN. */
    lan: z.boolean().exactOptional(),
  }),
  /** The server could not be reached, or something broke off. */
  z.object({ is: z.literal('error'), ...common, error: z.string() }),
])
export type DecisionRecord = z.infer<typeof decisionRecord>

type CommonKey = keyof typeof common
type WithoutCommon<R> = R extends unknown ? Omit<R, CommonKey> : never

/** What is particular to one; the session adds the rest. */
export type DecisionFacts = WithoutCommon<DecisionRecord>
