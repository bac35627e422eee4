/** The section `pop` (guide 7.1.1.3): names, defaults, limits and labels. */
import {
  accessSettings,
  accountSettings,
  blockSettings,
  choice,
  flag,
  inspectionSettings,
  listenerSettings,
  logSettings,
  mailScanSettings,
  notInUseYet,
  notifySettings,
  parentSettings,
  passExtSettings,
  reverseLookupSettings,
  riskwareSettings,
  type SettingsOf,
  spamSettings,
  transparentSettings,
  waitingSettings,
} from '@fsigk/plugin-api'

export const settings = {
  pop_service: flag(false, {
    label: { en: 'POP proxy', ja: 'POPプロキシ' },
    help: { en: 'Starts or stops the POP proxy service.', ja: 'POPプロキシサービスを開始または停止します。' },
    effect: 'rebind',
  }),
  ...listenerSettings({ svcport: '9110' }),
  ...parentSettings({ port: 110 }),
  ...accountSettings,
  ...inspectionSettings,
  ...logSettings,
  action: choice('delete', ['pass', 'delete'], {
    label: { en: 'Action on viruses', ja: 'ウイルス検出時の動作' },
    help: {
      en: 'delete: the detection message stands in place of the mail. pass: delivered with X-Virus-Status.',
      ja: 'delete: メールを検出メッセージに置き換えます。pass: X-Virus-Statusを付加して配送します。',
    },
  }),
  ...notifySettings,
  ...notInUseYet(spamSettings(['pass', 'change_subject'])),
  ...accessSettings('pop', { acl_from: false }),
  ...reverseLookupSettings,
  ...blockSettings,
  ...passExtSettings,
  ...notInUseYet(riskwareSettings),
  ...mailScanSettings,
  ...notInUseYet(transparentSettings),
  ...waitingSettings,
} as const

export type PopSettings = SettingsOf<typeof settings>
