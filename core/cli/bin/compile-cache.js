// Compiled code that Node keeps beside the program, so that commands, gateways and workers begin sooner. Node 20 has none.
import { lstatSync, mkdirSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../dist/compile-cache', import.meta.url))

/**
 * Uses the cache in this process and in those that it begins, unless the environment names another one. Whoever can
 * write into the cache can have his code run: it lies beside the code itself, and only its owner uses it.
 */
export function useCompileCache(folder = FOLDER) {
  if (process.env.NODE_COMPILE_CACHE !== undefined || !isOurs(folder)) return
  process.env.NODE_COMPILE_CACHE = folder
  module.enableCompileCache?.(folder)
}

/** An installation that somebody else keeps has a cache for him alone. */
function isOurs(folder) {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (error.code !== 'EEXIST') return false
  }
  const found = lstatSync(folder)
  return found.isDirectory() && found.uid === process.getuid() && (found.mode & 0o077) === 0
}
