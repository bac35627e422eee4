/** What can be asked over the control socket: the calls of `Administration`, and `stop`, each with its parameters. */
import { z } from '@fsigk/plugin-api'
import type { ControlHandler } from '../control/control-server.js'
import { fail } from '../errors.js'
import type { Administration } from './administration.js'

// A request is bounded as a whole; what is wrong with a word of it is said by whoever knows what it means.
const text = z.string()
const key = z.string()
const save = {
  actor: z.string(),
  comment: z.string().optional(),
  expected: text.optional(),
  dryRun: z.boolean().optional(),
}
const changeRequest = z.strictObject({
  ...save,
  origin: z.enum(['console', 'cli', 'file', 'api']),
  changes: z.array(z.strictObject({ key, to: z.string().optional() })),
})
const rollbackRequest = z.strictObject({ ...save, to: text, key: key.optional() })
const historyRequest = z.strictObject({
  limit: z.int().positive().optional(),
  before: z.int().positive().optional(),
  since: text.optional(),
  actor: z.string().optional(),
  key: key.optional(),
})
const diffRequest = z.strictObject({ from: text, to: text.optional() })
const showRequest = z.strictObject({ revision: text.optional(), file: text.optional() })
const listRequest = z.strictObject({ keys: z.array(key).optional(), revision: text.optional() })

/** @param stop begins to stop the gateway once the answer is out, and tells its process id */
export function answerCalls(administration: Administration, stop: () => { readonly pid: number }): ControlHandler {
  return async ({ call, params }) => {
    switch (call) {
      case 'change':
        return await administration.change(parsed(changeRequest, params))
      case 'rollback':
        return await administration.rollback(parsed(rollbackRequest, params))
      case 'history':
        return await administration.history(parsed(historyRequest, params))
      case 'diff': {
        const { from, to } = parsed(diffRequest, params)
        return await administration.diff(from, to)
      }
      case 'show': {
        const { revision, file } = parsed(showRequest, params)
        return await administration.show(revision, file)
      }
      case 'list': {
        const { keys, revision } = parsed(listRequest, params)
        return await administration.list(keys, revision)
      }
      case 'status':
        return await administration.status()
      case 'stop':
        return stop()
      default:
        throw fail('FSIGK_CONTROL_REQUEST', [`there is no call '${call}'`])
    }
  }
}

function parsed<T>(schema: z.ZodType<T>, params: unknown): T {
  const result = schema.safeParse(params)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw fail('FSIGK_CONTROL_REQUEST', [`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`])
}
