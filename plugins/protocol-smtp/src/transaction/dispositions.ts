/** What becomes of a message by what policy decided about it (guide 11.9, DATA 6 and 7). */
import { threatsOf } from '@fsigk/mail'
import type { Outcome, Verdict } from '@fsigk/plugin-api'
import { addedFields } from './added-fields.js'
import { deliver } from './deliver.js'
import type { Judged } from './judged.js'
import { noticeTo } from './notice.js'
import { sendBack } from './send-back.js'

/** @throws when the client has left or the server is gone: the client has been told nothing then */
export async function enact(outcome: Outcome, judged: Judged): Promise<void> {
  const { answer, session } = judged
  switch (outcome.disposition) {
    case 'pass':
    case 'tag':
      if (isTooLong(outcome.verdict)) return await deny(judged, outcome.verdict)
      return await deliver(judged, {
        fields: addedFields(session, outcome.verdict),
        message: outcome.body,
        verdict: outcome.verdict,
        isNotice: false,
      })
    case 'block':
      return await deny(judged, outcome.verdict)
    case 'defer':
      await answer.reset()
      return answer.say('deferred')
    case 'drop':
      if (isTooLong(outcome.verdict)) return await deny(judged, outcome.verdict)
      await answer.reset()
      return answer.say('accepted')
    case 'replace':
      if (isTooLong(outcome.verdict)) return await deny(judged, outcome.verdict)
      // What the template says of it, unless the server has another word.
      session.entry.status = 200
      return await deliver(judged, noticeTo('recipients', judged, outcome))
    case 'return':
      if (isTooLong(outcome.verdict) || !(await sendBack(judged, outcome))) await deny(judged, outcome.verdict)
      return
    default:
      outcome satisfies never
  }
}

/** Tells the client what was found, whatever `action` says and becomes of the session. */
async function deny({ answer, session }: Judged, verdict: Verdict): Promise<void> {
  session.entry.denied = true
  await answer.reset()
  if (isTooLong(verdict)) answer.say('tooLongMessage')
  else answer.say('infected', `[${threatsOf(verdict).join('+')}]`)
}

/** Guide 11.9, DATA 5: whatever the action, what is too long is refused. */
function isTooLong(verdict: Verdict): boolean {
  return threatsOf(verdict).join() === 'FSIGK/POLICY_BLOCK_MESSAGESIZE'
}
