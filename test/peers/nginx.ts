/** A real nginx as a web server with virtual hosts. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@fsigk/testing'
import { freePort } from '../bench/harness/free-port.js'
import { startDaemon } from './daemon.js'

export interface Nginx extends AsyncDisposable {
  readonly host: string
  readonly port: number
}

/**
 * @param sites files by host name and path: `{ 'www.example': { '/index.html': 'text' } }`. Other hosts are answered 421,
 *   `/moved` by a redirection to `/` of the host as the client wrote it.
 */
export async function startNginx(
  sites: Readonly<Record<string, Readonly<Record<string, string | Buffer>>>>,
): Promise<Nginx> {
  await using resources = new AsyncDisposableStack()
  const { path } = resources.use(await temporaryFolder('nginx'))
  await chmod(path, 0o755)
  for (const [name, files] of Object.entries(sites)) {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(join(path, name, file, '..'), { recursive: true })
      await writeFile(join(path, name, file), text)
    }
  }
  const port = await freePort()
  const config = join(path, 'nginx.conf')
  await writeFile(config, configuration(path, port, Object.keys(sites)))
  resources.use(await startDaemon(port, 'nginx', '-p', path, '-e', join(path, 'error.log'), '-c', config))
  const kept = resources.move()
  return { host: '127.0.0.1', port, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

function configuration(folder: string, port: number, names: readonly string[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  access_log ${folder}/access.log;
  server { listen 127.0.0.1:${port} default_server; return 421; }
  ${names.map((name) => site(folder, port, name)).join('\n  ')}
}
`
}

function site(folder: string, port: number, name: string): string {
  return `server {
    listen 127.0.0.1:${port};
    server_name ${name};
    root ${folder}/${name};
    location /moved { return 302 http://$http_host/; }
    location /told { default_type text/plain; return 200 "$request_method $request_uri $http_host $http_x_forwarded_for"; }
  }`
}
