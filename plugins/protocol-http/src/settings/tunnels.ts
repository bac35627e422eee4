/** CONNECT and Upgrade: what may leave HTTP, to where, and for how long. What a tunnel carries is not scanned. */
import { flag, integer, list, text } from '@fsigk/plugin-api'

const LIST_BYTES = 1999
const DAY_S = 86_400

export const tunnelSettings = {
  connect_ports: text(
    '443',
    { maxBytes: LIST_BYTES, format: 'ports' },
    {
      label: { en: 'CONNECT ports', ja: 'CONNECT許可ポート' },
      help: {
        en: 'Ports that tunnels (CONNECT) may reach: 443,8443,9000-9010. Tunnels are not scanned.',
        ja: 'トンネル(CONNECT)を許可するポート: 443,8443,9000-9010。トンネルは検査されません。',
      },
    },
  ),
  upgrade: flag(true, {
    label: { en: 'Upgrade', ja: 'Upgrade' },
    help: {
      en: 'Lets connections go on in another protocol (WebSocket) when client and server agree. What follows is not scanned.',
      ja: 'クライアントとサーバの合意による別プロトコル(WebSocket)への切替を許可します。切替後は検査されません。',
    },
  }),
  upgrade_protocols: list(
    'websocket',
    { maxBytes: LIST_BYTES },
    {
      label: { en: 'Upgrade protocols', ja: 'Upgrade許可プロトコル' },
      help: {
        en: 'Protocols that upgrade allows, separated by ",". Forms of HTTP (h2c) never pass: their bodies would not be scanned.',
        ja: 'upgradeで許可するプロトコル。","区切り。HTTPの別形式(h2c)は検査できないため常に許可されません。',
      },
    },
  ),
  tunnel_timeout: integer(
    900,
    { min: 1, max: DAY_S },
    {
      label: { en: 'Tunnel timeout', ja: 'トンネルのタイムアウト' },
      help: {
        en: 'A tunnel (CONNECT, Upgrade) on which neither side sends anything for so long is closed.',
        ja: 'トンネル(CONNECT、Upgrade)で双方の通信がない状態がこの時間続くと切断します。',
      },
      unit: 's',
    },
  ),
} as const
