import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startTestGateway, type TestGateway } from '@fsigk/testing'
import { DOVECOT_PASSWORD, startDovecot } from '../../peers/dovecot.js'
import { valuesOf } from '../../peers/kept-mail.js'
import { type SwaksResult, swaksOn } from '../../peers/mail-clients.js'
import { type Network, type NetworkHost, reasonForNoNetwork, startNetwork } from '../../peers/network.js'
import { type Postfix, startPostfix } from '../../peers/postfix.js'
import { EICAR } from '../../peers/samples.js'
import { blocksOfRecipe, environmentOf } from '../docs/recipe.js'

function assertTaken({ code, transcript }: SwaksResult): void {
  assert.equal(code, 0, transcript)
}

const message = 'Subject: hello\n\ntext\n'
const toUs = { from: 'other@elsewhere.example', to: ['user@your_domain1.com'], message }
const toOthers = { from: 'user@your_domain1.com', to: ['other@elsewhere.example'], message }

/** Does on a host what the blocks of a recipe say. */
async function follow(heading: string, host: NetworkHost, gateway: TestGateway): Promise<void> {
  for (const block of await blocksOfRecipe(heading, 'sh')) {
    const { code, stdout, stderr } = await host.run('env', ...environmentOf(gateway.home), 'sh', '-ec', block)
    assert.equal(code, 0, `${block}\n${stdout}${stderr}`)
  }
}

/** Guide 10.3, as `core/docs/recipes.md` has it: each in a network of its own, with ports as they stand there. */
describe('SMTP and POP: on one machine with postfix and dovecot', { skip: reasonForNoNetwork() }, () => {
  type Host = 'server' | 'lan' | 'outside'

  /** The machine of both, and who comes from where. */
  const hosts: Readonly<Record<Host, readonly string[]>> = {
    server: ['192.168.1.1/24', '203.0.113.1/24'],
    lan: ['192.168.1.7/24', '192.168.2.7/24'],
    outside: ['203.0.113.9/24'],
  }

  interface Place extends AsyncDisposable {
    readonly network: Network<Host>
    readonly gateway: TestGateway
    readonly postfix: Postfix
    /** Whether the virus in a mail that is fetched here has been found. */
    isScanned(host: string, port: number): Promise<boolean>
  }

  /** Both servers at their usual ports, unless lines of their own configuration say otherwise. */
  async function place({
    listens = ['smtp inet n - n - - smtpd'],
    dovecotLines = '',
    addresses = hosts,
  } = {}): Promise<Place> {
    await using resources = new AsyncDisposableStack()
    const network = resources.use(await startNetwork(addresses))
    const { under } = network.hosts.server
    const postfix = resources.use(
      await startPostfix({ domains: ['your_domain1.com', 'your_domain2.com'], listens, under }),
    )
    const dovecot = resources.use(await startDovecot({ lines: dovecotLines, under }))
    await dovecot.put('user', [`Subject: hello\n\n${EICAR}\n`])
    const gateway = resources.use(await startTestGateway({ under }))
    const kept = resources.move()
    return {
      network,
      gateway,
      postfix,
      async isScanned(host, port) {
        const url = `pop3://user:${DOVECOT_PASSWORD}@${host}:${port}/1`
        const { code, stdout, stderr } = await network.hosts.lan.run('curl', '-sS', '--noproxy', '*', url)
        assert.equal(code, 0, stderr)
        return !stdout.includes(EICAR.toString())
      },
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    }
  }

  /** What the blocks of a recipe change in the configurations of the two servers. */
  async function serversOf(heading: string) {
    const listens = (await blocksOfRecipe(heading, 'postfix')).map((line) => line.trim())
    return { listens, dovecotLines: (await blocksOfRecipe(heading, 'dovecot')).join('') }
  }

  const wasScanned = async (postfix: Postfix, count: number) => {
    const mail = (await postfix.received(count)).at(-1)
    return mail !== undefined && valuesOf(mail, 'X-Virus-Status').length === 1
  }

  test('the gateway on another port [NET-05, SMTP-01, POP-01]', async () => {
    await using here = await place()
    const { server, lan } = here.network.hosts
    await follow('The gateway on other ports', server, here.gateway)
    assertTaken(await swaksOn(lan, { host: '192.168.1.1', port: 9025 }, toUs))
    assert.equal(await wasScanned(here.postfix, 1), true)
    assertTaken(await swaksOn(lan, { host: '192.168.1.1', port: 25 }, toUs))
    assert.equal(await wasScanned(here.postfix, 2), false)
    assert.equal(await here.isScanned('192.168.1.1', 9110), true)
    assert.equal(await here.isScanned('192.168.1.1', 110), false)
  })

  test('the mail server on another port, mail from outside for its domains alone [NET-05, SMTP-15, SMTP-18, POP-01]', async () => {
    await using here = await place(await serversOf('The mail server on other ports'))
    const { server, lan, outside } = here.network.hosts
    await follow('The mail server on other ports', server, here.gateway)
    const mx = { host: '203.0.113.1', port: 25 }
    assertTaken(await swaksOn(outside, mx, toUs))
    assert.equal(await wasScanned(here.postfix, 1), true)
    const relayed = await swaksOn(outside, mx, toOthers)
    assert.match(relayed.replies.join('\n'), /^550 5\.7\.1 Relaying denied\. /m)
    const allowed = await swaksOn(lan, { host: '192.168.1.1', port: 25 }, toOthers, '--quit-after', 'RCPT')
    assert.match(allowed.transcript, /RCPT TO:<other@elsewhere\.example>\n<- {2}250 /)
    assert.equal(await here.isScanned('192.168.1.1', 110), true)
    assert.equal(await here.isScanned('192.168.1.1', 9110), false)
  })

  test('different addresses, the same port [NET-05, SMTP-01, POP-01]', async () => {
    await using here = await place(await serversOf('Different addresses, the same ports'))
    const { server, lan } = here.network.hosts
    await follow('Different addresses, the same ports', server, here.gateway)
    assertTaken(await swaksOn(lan, { host: '192.168.2.1', port: 25 }, toUs))
    assert.equal(await wasScanned(here.postfix, 1), true)
    assertTaken(await swaksOn(lan, { host: '192.168.1.1', port: 25 }, toUs))
    assert.equal(await wasScanned(here.postfix, 2), false)
    assert.equal(await here.isScanned('192.168.2.1', 110), true)
    assert.equal(await here.isScanned('192.168.1.1', 110), false)
  })

  test('different addresses by iptables [NET-05, SMTP-01, POP-01]', async () => {
    const twoAddresses = { ...hosts, server: ['192.168.1.1/24', '192.168.2.1/24'] }
    await using here = await place({ addresses: twoAddresses })
    const { server, lan } = here.network.hosts
    await follow('Different addresses by iptables', server, here.gateway)
    assertTaken(await swaksOn(lan, { host: '192.168.2.1', port: 25 }, toUs))
    assert.equal(await wasScanned(here.postfix, 1), true)
    assertTaken(await swaksOn(lan, { host: '192.168.1.1', port: 25 }, toUs))
    assert.equal(await wasScanned(here.postfix, 2), false)
    assert.equal(await here.isScanned('192.168.2.1', 110), true)
    assert.equal(await here.isScanned('192.168.1.1', 110), false)
  })
})

/** Guide 10.4: what comes from outside and what goes there pass one gateway, and the mail server relays for it. */
describe('SMTP: before postfix, for both directions', { skip: reasonForNoNetwork() }, () => {
  const heading = 'Before mail reaches the mail server'
  const inbound = { from: 'other@elsewhere.example', to: ['user@example.com'], message }
  const outbound = { from: 'user@example.com', to: ['other@elsewhere.example'], message }

  test('mail is kept inside, sent outside, and not relayed for strangers [NET-05, SMTP-25]', async () => {
    await using network = await startNetwork({
      gateway: ['192.168.0.99/24', '192.168.1.99/24', '203.0.113.99/24'],
      mail: ['192.168.0.2/24', '203.0.113.2/24'],
      lan: ['192.168.1.7/24'],
      outside: ['203.0.113.9/24'],
    })
    const { gateway: machine, mail, lan, outside } = network.hosts
    const smtpd = ['smtp inet n - n - - smtpd']
    await using elsewhere = await startPostfix({ domains: ['elsewhere.example'], listens: smtpd, under: outside.under })
    await using inside = await startPostfix({
      domains: ['example.com'],
      listens: smtpd,
      under: mail.under,
      main: await blocksOfRecipe(heading, 'postfix-main'),
      relayTo: { host: '203.0.113.9', port: 25 },
    })
    await using gateway = await startTestGateway({ under: machine.under })
    await follow(heading, machine, gateway)

    assertTaken(await swaksOn(outside, { host: '203.0.113.99', port: 25 }, inbound))
    assert.deepEqual(
      (await inside.received(1)).map(({ recipient }) => recipient),
      ['user@example.com'],
    )
    assertTaken(await swaksOn(lan, { host: '192.168.1.99', port: 25 }, outbound))
    const [sent] = await elsewhere.received(1)
    assert.equal(sent?.recipient, 'other@elsewhere.example')
    assert.equal(sent === undefined ? 0 : valuesOf(sent, 'X-Virus-Status').length, 1)
    const relayed = await swaksOn(outside, { host: '203.0.113.99', port: 25 }, outbound)
    assert.match(relayed.replies.join('\n'), /^550 5\.7\.1 Relaying denied\. /m)
    // The mail server itself relays for the gateway, so that nothing but the gateway has refused it.
    assertTaken(await swaksOn(machine, { host: '192.168.0.2', port: 25 }, outbound, '--quit-after', 'RCPT'))
  })
})
