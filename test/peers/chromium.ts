/** A headless chromium that opens one page, with a profile of its own that goes away with it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@fsigk/testing'

export interface Chromium extends AsyncDisposable {
  /** Where downloads are put. */
  readonly downloads: string
}

/** @param proxy through which everything goes, loopback too; without it nothing does */
export async function openInChromium(
  url: string,
  proxy?: { readonly host: string; readonly port: number },
): Promise<Chromium> {
  await using resources = new AsyncDisposableStack()
  const { path } = resources.use(await temporaryFolder('chromium'))
  const downloads = join(path, 'downloads')
  await mkdir(join(path, 'profile', 'Default'), { recursive: true })
  await mkdir(downloads)
  const preferences = { download: { default_directory: downloads, prompt_for_download: false } }
  await writeFile(join(path, 'profile', 'Default', 'Preferences'), JSON.stringify(preferences))
  const child = spawn(
    'chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-extensions',
      '--disable-default-apps',
      '--no-first-run',
      '--safebrowsing-disable-auto-update',
      `--user-data-dir=${join(path, 'profile')}`,
      ...(proxy === undefined
        ? ['--no-proxy-server']
        : [`--proxy-server=http://${proxy.host}:${proxy.port}`, '--proxy-bypass-list=<-loopback>']),
      // Nothing of the world outside is looked up, whatever the browser would like to ask.
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
      '--remote-debugging-port=0',
      url,
    ],
    { stdio: 'ignore', env: { ...process.env, HOME: path, XDG_CONFIG_HOME: path, XDG_CACHE_HOME: path } },
  )
  resources.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  })
  await once(child, 'spawn')
  const kept = resources.move()
  return { downloads, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
