/** Chapters of core/docs/recipes.md, for tests that do what stands there. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/**
 * The text of the blocks below a heading, up to the next heading.
 *
 * @param heading begins with these words
 * @param language of the blocks: `sh`, `postfix`
 * @throws when there is none
 */
export async function blocksOfRecipe(heading: string, language: string): Promise<readonly string[]> {
  const text = await readFile(join(root, 'core/docs/recipes.md'), 'utf8')
  const chapter = text.split(/^##+ /m).find((each) => each.startsWith(heading)) ?? ''
  const blocks = [...chapter.matchAll(/^```(\S+)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language)
  if (blocks.length === 0) throw new Error(`recipes.md has no block of ${language} below '${heading}'`)
  return blocks.map(([, , block = '']) => block)
}

/** Words for env(1) before a command, so that it finds `fsigk` on this home. */
export function environmentOf(home: string): readonly string[] {
  const bin = join(root, 'node_modules/.bin')
  return [`FSIGK_HOME=${home}`, `PATH=${bin}:${process.env['PATH']}:/usr/sbin:/sbin`, 'LC_ALL=C']
}
