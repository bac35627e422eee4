/**
 * Lets plugins outside of the repository import the contract and what it stands on, always as the host's own copies.
 * A second copy of tsyringe would keep its own records of injected constructors and know none of ours.
 */
import { registerHooks } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OWN_PACKAGES } from './own-packages.js'

/**
 * From now on, what the plugins in these folders import under the names above is the host's copy, even where a plugin
 * carries its own. What their own dependencies import is left alone. Loading a module twice under two parents is not
 * affected: hooks see only the plugins' own files.
 *
 * @param folders plugin packages, symbolic links resolved
 */
export function resolveSharedPackages(folders: readonly string[]): void {
  const contract = import.meta.resolve('@fsigk/plugin-api')
  registerHooks({
    resolve(specifier, context, next) {
      const own = OWN_PACKAGES.find((name) => specifier === name || specifier.startsWith(`${name}/`))
      if (own === undefined || !isPluginFile(context.parentURL, folders)) return next(specifier, context)
      const parentURL = own === '@fsigk/plugin-api' ? import.meta.url : contract
      return next(specifier, { ...context, parentURL })
    },
  })
}

function isPluginFile(url: string | undefined, folders: readonly string[]): boolean {
  if (url === undefined || !url.startsWith('file:')) return false
  const path = fileURLToPath(url)
  return folders.some(
    (folder) => path.startsWith(folder + sep) && !path.includes(`${sep}node_modules${sep}`, folder.length),
  )
}
