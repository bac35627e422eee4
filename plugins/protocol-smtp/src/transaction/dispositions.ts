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
      await answer.reset()
      return answer.say('accepted')
    case 'replace':
      // What the template says of it, unless the server has another word.
      session.entry.status = 200
      return await deliver(judged, noticeTo('recipients', judged, outcome))
    case 'return':
      if (await sendBack(judged, outcome)) return
      session.entry.denied = true
      return await deny(judged, outcome.verdict)
    default:
      outcome satisfies never
  }
}

/** Tells the client what was found, whatever becomes of the session. */
async function deny({ answer }: Judged, verdict: Verdict): Promise<void> {
  await answer.reset()
  const names = threatsOf(verdict).join('+')
  if (names === 'FSIGK/POLICY_BLOCK_MESSAGESIZE') answer.say('tooLongMessage')
  else answer.say('infected', `[${names}]`)
}
