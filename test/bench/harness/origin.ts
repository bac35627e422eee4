/** The server that all proxies are asked to fetch from: nginx with files on loopback. */

import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@fsigk/testing'
import { startServer } from './child.js'
import { LOAD_PROCESSOR } from './processors.js'
import { programPath } from './programs.js'

export interface Origin extends AsyncDisposable {
  readonly port: number
  /** Its documents; put files here. */
  readonly folder: string
  url(file: string): string
}

/** Starts it below `folder`. */
export async function startOrigin(folder: string): Promise<Origin> {
  const documents = join(folder, 'documents')
  await mkdir(documents, { recursive: true })
  const port = await freePort()
  const config = join(folder, 'origin.conf')
  await writeFile(config, originConfig(folder, documents, port))
  const child = await startServer(LOAD_PROCESSOR, [programPath('nginx'), '-p', folder, '-c', config], port)
  return {
    port,
    folder: documents,
    url: (file) => `http://127.0.0.1:${port}/${file}`,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}

/** A file of random bytes, which no proxy can make smaller. @returns its name */
export async function addFile(origin: Origin, bytes: number): Promise<string> {
  const name = `${bytes}.bin`
  await writeFile(join(origin.folder, name), randomBytes(bytes))
  return name
}

function originConfig(folder: string, documents: string, port: number): string {
  return `
daemon off;
user root;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/origin.pid;
error_log stderr warn;
events { worker_connections 19000; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=100;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  client_body_temp_path ${folder}/origin-body;
  proxy_temp_path ${folder}/origin-proxy;
  fastcgi_temp_path ${folder}/origin-fastcgi;
  uwsgi_temp_path ${folder}/origin-uwsgi;
  scgi_temp_path ${folder}/origin-scgi;
  default_type text/html;
  server { listen 127.0.0.1:${port} backlog=4096; root ${documents}; }
}
`
}
