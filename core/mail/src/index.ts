export { isAutomaticMail } from './automatic-mail.js'
export { clearMechanisms, isClearMechanism } from './clear-mechanisms.js'
export { foldedField } from './header-fields.js'
export { MailTop, tapped } from './mail-top.js'
export type { MailTransferOptions } from './mail-transfer.js'
export { mailTransfer } from './mail-transfer.js'
export type { NoticeMessage } from './notice-message.js'
export { noticeMessage } from './notice-message.js'
export type { Hop } from './status-fields.js'
export {
  productString,
  receivedField,
  receivedFromGateway,
  spamStatus,
  virusStatus,
} from './status-fields.js'
export { targetText } from './target-text.js'
export { threatsOf } from './threats.js'
