/** A real nginx: as a web server with virtual hosts, and as a front that ends TLS. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, runCommand, temporaryFolder } from '@fsigk/testing'
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
  const servers = (port: number) => [
    `server { listen 127.0.0.1:${port} default_server; return 421; }`,
    ...Object.keys(sites).map((name) => site(path, port, name)),
  ]
  return await serve(path, servers, resources)
}

/** Ends TLS with a certificate that nobody has signed, and passes all on in the clear, as guide 10.5.3 has it of Apache. */
export async function startTlsFront(to: { readonly host: string; readonly port: number }): Promise<Nginx> {
  await using resources = new AsyncDisposableStack()
  const { path } = resources.use(await temporaryFolder('tls-front'))
  await chmod(path, 0o755)
  const [key, certificate] = [join(path, 'www.key'), join(path, 'www.pem')]
  const made = await runCommand('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-subj', '/CN=www.example', '-keyout', key, '-out', certificate],
  ])
  if (made.code !== 0) throw new Error(made.stderr)
  const servers = (port: number) => [
    `server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    location / {
      proxy_pass http://${to.host}:${to.port};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }`,
  ]
  return await serve(path, servers, resources)
}

/** @param resources taken over: given back with the server */
async function serve(
  path: string,
  servers: (port: number) => readonly string[],
  resources: AsyncDisposableStack,
): Promise<Nginx> {
  const port = await freePort()
  const config = join(path, 'nginx.conf')
  await writeFile(config, configuration(path, servers(port)))
  resources.use(await startDaemon(port, 'nginx', '-p', path, '-e', join(path, 'error.log'), '-c', config))
  const kept = resources.move()
  return { host: '127.0.0.1', port, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

function configuration(folder: string, servers: readonly string[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  access_log ${folder}/access.log;
  ${servers.join('\n  ')}
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
