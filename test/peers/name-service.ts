/** A machine whose names come from a name server and a hosts file of a test's own, in a mount namespace. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * @param folder of the test, where resolv.conf and hosts are written
 * @param address of the name server
 * @returns what a program is started under, for `startTestGateway`
 */
export async function underNameServer(
  folder: string,
  address: string,
  hosts = '127.0.0.1 localhost\n',
): Promise<readonly string[]> {
  await writeFile(join(folder, 'resolv.conf'), `nameserver ${address}\noptions timeout:1 attempts:1\n`)
  await writeFile(join(folder, 'hosts'), hosts)
  const mounts = ['resolv.conf', 'hosts'].map((name) => `mount --bind '${folder}/${name}' /etc/${name}`)
  return ['unshare', '--mount', 'sh', '-c', `${mounts.join(' && ')} && exec "$@"`, 'sh']
}
