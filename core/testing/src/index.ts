export type { Download, ProtocolUnderTest } from './conformance/protocol.js'
export { anyPieceEscaped, protocolConformance, recognisableBody } from './conformance/protocol.js'
export type { ScannerUnderTest } from './conformance/scanner.js'
export { fileContent, memoryContent, scannerConformance, silentLog } from './conformance/scanner.js'
export type { LogLine } from './log-line.js'
export { parseLogLine } from './log-line.js'
export type { Upstream, WebOrigin, WebReply } from './origin.js'
export { requestHead, startRawServer, startScriptedServer, startWebOrigin } from './origin.js'
export { exchange, RawClient } from './raw-client.js'
export type { PluginPackage } from './scanner-plugins.js'
export {
  installPlugin,
  scannerThatCannot,
  scannerThatFinds,
  scannerThatFindsNothing,
  scannerThatHangs,
  scannerThatThrows,
  TEST_THREAT,
} from './scanner-plugins.js'
export type { TemporaryFolder } from './temporary-home.js'
export { temporaryFolder } from './temporary-home.js'
export type { CommandResult, TestGateway, TestGatewayOptions, WantedLine } from './test-gateway.js'
export { runCli, startTestGateway, testSettings } from './test-gateway.js'
