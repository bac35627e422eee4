/** The section `ftp` (guide 7.1.1.4), until a protocol plugin declares it. */
import {
  accessSettings,
  accountSettings,
  blockSettings,
  choice,
  flag,
  inspectionSettings,
  listenerSettings,
  logSettings,
  notifySettings,
  parentSettings,
  passExtSettings,
  reverseLookupSettings,
  riskwareSettings,
  transparentSettings,
  unscannedHostsSettings,
  waitingSettings,
} from '@fsigk/plugin-api'

export const ftp = {
  ftp_service: flag(false, {
    label: { en: 'FTP proxy', ja: 'FTPプロキシ' },
    help: { en: 'Starts or stops the FTP proxy service.', ja: 'FTPプロキシサービスを開始または停止します。' },
    effect: 'rebind',
  }),
  ...listenerSettings({ svcport: '9021' }),
  ...parentSettings({ port: 21 }),
  ...accountSettings,
  ...inspectionSettings,
  ...logSettings,
  action: choice('delete', ['pass', 'delete'], {
    label: { en: 'Action on viruses', ja: 'ウイルス検出時の動作' },
    help: {
      en: 'delete: the transfer is refused (530). pass: the content passes, the detection is logged.',
      ja: 'delete: 転送を拒否します(530)。pass: 通過させ、検出を記録します。',
    },
  }),
  ...notifySettings,
  ...accessSettings('ftp', { acl_from: false }),
  ...reverseLookupSettings,
  ...unscannedHostsSettings('ftp'),
  ...blockSettings,
  ...passExtSettings,
  ...riskwareSettings,
  ...transparentSettings,
  ...waitingSettings,
} as const
