// Starts a command of this package. Parses under Node 20; goes on under the Node 24 that the product carries when this one is older.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { carriedNode, goOnUnderCarriedNode } from './carried-node.js'
import { useCompileCache } from './compile-cache.js'

/**
 * @param module the compiled module that exports `runCommand`, below `dist/src`
 * @param launcher the URL of the script that calls this
 */
export async function launch(module, launcher) {
  const main = new URL(`../dist/src/${module}`, import.meta.url)
  if (!existsSync(main)) {
    process.stderr.write(
      `fsigk: it is not built yet. Run 'npm run build' in ${fileURLToPath(new URL('../../..', import.meta.url))}.\n`,
    )
    process.exitCode = 2
  } else if (carriedNode() === process.execPath) {
    useCompileCache()
    const { runCommand } = await import(main.href)
    process.exitCode = await runCommand(process.argv.slice(2))
  } else goOnUnderCarriedNode(fileURLToPath(launcher), process.argv.slice(2))
}
