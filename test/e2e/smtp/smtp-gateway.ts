/** A gateway whose SMTP proxy stands before a mail server of the test. */
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '@fsigk/testing'

export interface SmtpGateway extends TestGateway {
  /** Where clients connect. */
  readonly smtp: { readonly host: string; readonly port: number }
}

/** @param parent the mail server that everything goes to */
export async function startSmtpGateway(
  parent: { readonly host: string; readonly port: number },
  { settings = {}, ...options }: TestGatewayOptions = {},
): Promise<SmtpGateway> {
  const gateway = await startTestGateway({
    ...options,
    settings: {
      'http.http_service': false,
      'smtp.smtp_service': true,
      'smtp.svcport': '127.0.0.1:0',
      'smtp.workers': 1,
      'smtp.parent_server_host': parent.host,
      'smtp.parent_server_port': parent.port,
      ...settings,
    },
  })
  return Object.assign(gateway, { smtp: await gateway.address('smtp') })
}
