import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@fsigk/testing'
import { startServer } from '../harness/child.js'
import { PROXY_PROCESSOR } from '../harness/processors.js'
import { programPath } from '../harness/programs.js'
import type { RunningProxy } from './running-proxy.js'

/** nginx as a proxy of one origin: it reads absolute URIs, and needs no name server when it need not choose. */
export async function startNginx(folder: string, originPort: number): Promise<RunningProxy> {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const config = join(folder, 'nginx.conf')
  await writeFile(config, nginxConfig(folder, port, originPort))
  const child = await startServer(PROXY_PROCESSOR, [programPath('nginx'), '-p', folder, '-c', config], port)
  return { name: 'nginx', port, pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}

function nginxConfig(folder: string, port: number, originPort: number): string {
  return `
daemon off;
user root;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 19000; }
http {
  access_log ${folder}/access.log;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream origin { server 127.0.0.1:${originPort}; keepalive 1024; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
    }
  }
}
`
}
