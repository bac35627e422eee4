/** What most tests of SMTP stand between: a mail server that keeps to a script, and a gateway before it. */
import { after, beforeEach } from 'node:test'
import type { TestGatewayOptions } from '@fsigk/testing'
import { type ScriptedMailServer, startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

/**
 * Starts both for all tests of a file, and ends them after the last one. Each test begins with a server that takes
 * everything; `server.follow` says otherwise.
 */
export async function startBetween(
  options: TestGatewayOptions = {},
): Promise<{ readonly server: ScriptedMailServer; readonly gateway: SmtpGateway }> {
  await using resources = new AsyncDisposableStack()
  const server = resources.use(await startScriptedMailServer())
  const gateway = resources.use(await startSmtpGateway(server, options))
  const kept = resources.move()
  after(() => kept.disposeAsync())
  beforeEach(() => server.follow({}))
  return { server, gateway }
}
