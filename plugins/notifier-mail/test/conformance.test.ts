import { notifierConformance } from '@fsigk/testing'
import { MailNotifier } from '../src/mail-notifier.js'
import { startMailReceiver } from './mail-receiver.js'

const settings = { tls: 'opportunistic', timeout: 30 } as const

notifierConformance({
  name: 'notifier-mail',
  settings,
  make: () => new MailNotifier(),
  receiver: async () => ({ settings, ...(await startMailReceiver()) }),
  unreachable: settings,
})
