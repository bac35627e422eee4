export type { CommandOptions, CommandResult } from './commands.js'
export { runCli, runCommand, runPluginCli } from './commands.js'
export type { AuthenticatorSubject, AuthenticatorUnderTest } from './conformance/authenticator.js'
export { authenticatorChecks, authenticatorConformance } from './conformance/authenticator.js'
export type { Check } from './conformance/check.js'
export { brokenContent, endlessContent, fileContent, hugeContent, memoryContent } from './conformance/contents.js'
export type { LogDestination, LogSinkSubject, LogSinkUnderTest } from './conformance/log-sink.js'
export { logSinkChecks, logSinkConformance } from './conformance/log-sink.js'
export type { NoticeReceiver, NotifierSubject, NotifierUnderTest } from './conformance/notifier.js'
export { noticeOf, notifierChecks, notifierConformance } from './conformance/notifier.js'
export type { PluginUnderTest } from './conformance/plugin-under-test.js'
export { callWith, silentLog } from './conformance/plugin-under-test.js'
export type { Download, ProtocolSubject, ProtocolUnderTest } from './conformance/protocol.js'
export { anyPieceEscaped, protocolChecks, protocolConformance, recognisableBody } from './conformance/protocol.js'
export type { ScannerSubject, ScannerUnderTest } from './conformance/scanner.js'
export { scannerChecks, scannerConformance } from './conformance/scanner.js'
export type { SpamFilterSubject, SpamFilterUnderTest } from './conformance/spam.js'
export { mailOf, spamFilterChecks, spamFilterConformance } from './conformance/spam.js'
export { until } from './conformance/until.js'
export { download } from './download.js'
export { freePort } from './free-port.js'
export type { LogLine } from './log-line.js'
export { parseLogLine } from './log-line.js'
export type { Upstream, WebOrigin, WebReply } from './origin.js'
export { requestHead, requestLine, startRawServer, startScriptedServer, startWebOrigin } from './origin.js'
export { exchange, RawClient } from './raw-client.js'
export type { PluginPackage } from './scanner-plugins.js'
export {
  installPlugin,
  linkPlugin,
  scannerThatCannot,
  scannerThatFinds,
  scannerThatFindsNothing,
  scannerThatHangs,
  scannerThatTakes,
  scannerThatThrows,
  TEST_THREAT,
} from './scanner-plugins.js'
export type { TemporaryFolder } from './temporary-home.js'
export { temporaryFolder } from './temporary-home.js'
export type { TestGateway, TestGatewayOptions, WantedLine } from './test-gateway.js'
export { openHome, startTestGateway, testSettings } from './test-gateway.js'
