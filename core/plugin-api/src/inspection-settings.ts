/**
 * The settings that every protocol's section shares because the pipeline reads them, under the guide's names
 * (7.1.1.1 to 7.1.1.4) and with the causes of `unscanned` that decide for themselves.
 */
import type { SettingsOf } from './settings.js'
import { flag, integer } from './settings.js'

const MAX_FILE_BYTES = 2 ** 53 - 1

export const inspectionSettings = {
  virus_check: flag(true, {
    label: { en: 'Do Virus Check', ja: 'ウイルス検査を行う' },
    help: {
      en: 'Scans what passes for viruses. HTTPS tunnels are encrypted and cannot be scanned.',
      ja: '通過するデータをウイルス検査します。HTTPSは暗号化されているため検査できません。',
    },
  }),
  quarantine: flag(false, {
    label: { en: 'Quarantine', ja: '隔離保存' },
    help: {
      en: 'Keeps infected content in the quarantine directory (common.quarantine_dir).',
      ja: '感染したデータを隔離ディレクトリ(common.quarantine_dir)に保存します。',
    },
  }),
  pass_filesize: flag(false, {
    label: { en: 'Skip scanning beyond a file size', ja: 'サイズを超える部分を検査しない' },
    help: {
      en: 'Data beyond pass_filesize_len is forwarded as it comes. Viruses in large files may not be detected.',
      ja: 'pass_filesize_lenを超える部分は受信次第転送します。大きなファイルのウイルスが検出されないことがあります。',
    },
  }),
  pass_filesize_len: integer(
    10_000_000,
    { min: 1, max: MAX_FILE_BYTES },
    {
      label: { en: 'Length to scan', ja: '検査するサイズ' },
      help: {
        en: 'How much of a file is scanned when pass_filesize is on.',
        ja: 'pass_filesizeが有効なときに検査するサイズです。',
      },
      unit: 'bytes',
    },
  ),
  block_filesize: flag(false, {
    label: { en: 'Block large files', ja: '大きなファイルを禁止' },
    help: {
      en: 'Refuses files over block_filesize_len (FSIGK/POLICY_BLOCK_FILESIZE).',
      ja: 'block_filesize_lenを超えるファイルを禁止します(FSIGK/POLICY_BLOCK_FILESIZE)。',
    },
  }),
  block_filesize_len: integer(
    2_000_000_000,
    { min: 1, max: MAX_FILE_BYTES },
    {
      label: { en: 'Largest file', ja: '最大ファイルサイズ' },
      help: {
        en: 'The largest file that passes when block_filesize is on.',
        ja: 'block_filesizeが有効なときに許可する最大サイズです。',
      },
      unit: 'bytes',
    },
  ),
  vsd_scantimeout: integer(
    90,
    { min: 0, max: 86_400 },
    {
      label: { en: 'Maximum scanning time', ja: '最大検査時間' },
      help: {
        en: 'Scanning of one file ends after this time. 0 is unlimited.',
        ja: '1ファイルの検査時間の上限です。0は無制限です。',
      },
      unit: 's',
    },
  ),
  block_scantimeout: flag(true, {
    label: { en: 'Block when scanning took too long', ja: '検査時間超過を禁止' },
    help: {
      en: 'Treats a scan that was cut short as a detection (FSIGK/POLICY_BLOCK_SCANTIMEOUT). No: passes, logged VSD_SCANTIMEOUT.',
      ja: '検査時間を超過したデータを検出として扱います(FSIGK/POLICY_BLOCK_SCANTIMEOUT)。無効時は通過し、VSD_SCANTIMEOUTと記録します。',
    },
  }),
  block_maxnested: flag(true, {
    label: { en: 'Block deep archives', ja: '多重圧縮を禁止' },
    help: {
      en: 'Treats archives nested too deep as a detection (FSIGK/POLICY_BLOCK_MAXNESTED). No: passes, logged VSD_MAXNESTED.',
      ja: '入れ子が深すぎる書庫を検出として扱います(FSIGK/POLICY_BLOCK_MAXNESTED)。無効時は通過し、VSD_MAXNESTEDと記録します。',
    },
  }),
  block_encrypted: flag(false, {
    label: { en: 'Block encrypted files', ja: '暗号化ファイルを禁止' },
    help: {
      en: 'Treats encrypted archives as a detection (FSIGK/POLICY_BLOCK_ENCRYPTED). No: passes, logged VSD_ENCRYPTED.',
      ja: '暗号化された書庫を検出として扱います(FSIGK/POLICY_BLOCK_ENCRYPTED)。無効時は通過し、VSD_ENCRYPTEDと記録します。',
    },
  }),
  block_undecodable: flag(true, {
    label: { en: 'Block what cannot be decoded', ja: '復号できないデータを禁止' },
    help: {
      en: 'Treats content that cannot be unpacked or decoded as a detection (FSIGK/POLICY_BLOCK_UNDECODABLE).',
      ja: '展開または復号できないデータを検出として扱います(FSIGK/POLICY_BLOCK_UNDECODABLE)。',
    },
  }),
  fail_open: flag(false, {
    label: { en: 'Pass when no scanner answers', ja: '検査不能時に通過' },
    help: {
      en: 'Lets content pass unscanned while no scanner answers. Dangerous: while a scanner is down, viruses pass.',
      ja: '検査エンジンが応答しない間、検査せずに通過させます。危険: 停止中はウイルスが通過します。',
    },
    dangerous: true,
  }),
} as const

export type InspectionSettings = SettingsOf<typeof inspectionSettings> & {
  /** Each protocol allows its own words (guide 7.1.1.x); the pipeline knows them all. */
  readonly action: 'pass' | 'delete' | 'deny' | 'blackhole' | 'sendback'
}
