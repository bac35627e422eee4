/** Where the values of a notice come from: the session, the transfer and what was found in it (guide 7.3). */
import type { DetectionFacts } from './logs/line.js'
import { nothingDetected } from './logs/line.js'
import { type NoticeFormat, type NoticeValues, noticeTime, virusInfoUrl } from './notices.js'
import type { SessionView } from './session-view.js'

/** HTTP's templates are pages; those of mail and FTP are plain text. */
export function noticeFormatOf(service: string): NoticeFormat {
  return service === 'http' ? 'html' : 'text'
}

/** @param bytes the length of the content, undefined when there is none */
export function sessionNoticeValues(
  session: SessionView,
  facts: DetectionFacts = nothingDetected,
  bytes?: number,
): NoticeValues {
  const { entry, noticeVariables, connection, startedMs } = session
  const names = facts.names.join('+')
  return {
    SERVICE_TYPE: session.surroundings.service,
    DETECTION_NAME: names,
    VIRUS_INFO_URL: virusInfoUrl(String(session.pinned.section('common')['virus_info_url'] ?? ''), names),
    CLIENT_HOST: connection.peerName,
    CLIENT_ADDR: connection.peer.address,
    SERVER_HOST: entry.server?.host ?? '',
    SERVER_ADDR: entry.serverAddress,
    STATUS: String(entry.status).padStart(3, '0'),
    // As in the log (guide 9.1.1).
    METHOD: entry.method || 'GET',
    URL: entry.url,
    CONTENT_TYPE: entry.contentType,
    CONTENT_LENGTH: bytes === undefined ? '' : String(bytes),
    FILENAME: facts.file,
    QUARANTINE_FILE: facts.quarantined,
    TIME: String(Math.floor(startedMs / 1000)),
    TIME_STR: noticeTime(new Date(startedMs)),
    HEADER: noticeVariables.header ?? '',
    TEXT: noticeVariables.text ?? '',
    MAILFROM: noticeVariables.mailFrom ?? '',
    RCPTTO: noticeVariables.rcptTo ?? '',
    MESSAGE_ID: noticeVariables.messageId ?? '',
    ERROR_STR: entry.error,
    ACTION: facts.action,
    PATH_QUERY: noticeVariables.pathQuery ?? '',
    X_FORWARDED_FOR: noticeVariables.xForwardedFor ?? '',
  }
}
