import type { Call, Notice, Notifier } from '@fsigk/plugin-api'
import { postJson } from './post-json.js'
import type { WebHookSettings } from './settings.js'

/** Posts notices to a web address. What it cannot deliver it says, and the gateway tries again. */
export class WebHook implements Notifier<WebHookSettings> {
  /** @throws when the notice was not taken */
  async notify({ from, to, headers, text }: Notice, { settings, signal, log }: Call<WebHookSettings>) {
    signal.throwIfAborted()
    const status = await postJson(settings.url, { from, to, headers, text }, signal)
    if (status < 200 || status > 299) throw new Error(`${settings.url} answered ${status}`)
    log.info('notice posted', { status })
  }
}
