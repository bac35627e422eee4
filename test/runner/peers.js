// Debian's programs that tests drive or drive with.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../core/cli/bin/prepare.js'

/** Each, and the package that brings it. */
const peers = {
  aiosmtpd: 'python3-aiosmtpd',
  calamaris: 'calamaris',
  chromium: 'chromium',
  clamd: 'clamav-daemon',
  curl: 'curl',
  dovecot: 'dovecot-pop3d',
  fetchmail: 'fetchmail',
  formail: 'procmail',
  getmail: 'getmail6',
  goaccess: 'goaccess',
  ip: 'iproute2',
  iptables: 'iptables',
  logrotate: 'logrotate',
  mpop: 'mpop',
  msmtp: 'msmtp',
  nginx: 'nginx-light',
  patch: 'patch',
  postfix: 'postfix',
  rsyslogd: 'rsyslog',
  sarg: 'sarg',
  squid: 'squid',
  swaks: 'swaks',
  tcpdmatch: 'tcpd',
  webalizer: 'webalizer',
  wget: 'wget',
}

/** Installs those that are missing; without root, says which and ends the process. */
export function installPeers() {
  const onPath = (program) =>
    [...process.env.PATH.split(':'), '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, program)))
  const missing = Object.entries(peers)
    .filter(([program]) => !onPath(program))
    .map(([, name]) => name)
  if (missing.length === 0) return
  if (process.getuid() !== 0) {
    process.stderr.write(`The tests need these Debian packages: apt-get install ${missing.join(' ')}\n`)
    process.exit(2)
  }
  process.env.DEBIAN_FRONTEND = 'noninteractive'
  run('apt-get update', 'apt-get', ['update', '-qq'])
  withoutDaemons(() =>
    run('apt-get install', 'apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...missing]),
  )
}

/** Debian starts a server when it installs one, unless the machine says otherwise (invoke-rc.d(8)). Tests start their own. */
function withoutDaemons(step) {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return step()
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const remove = () => rmSync(policy, { force: true })
  // A step that fails ends the process.
  process.once('exit', remove)
  step()
  remove()
}
