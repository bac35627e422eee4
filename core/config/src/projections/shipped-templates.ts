/** Reads the templates that ship with the product from conf/templates/<language>/. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Language,
  MAX_TEMPLATE_BYTES,
  type ShippedTemplates,
  type TemplateName,
  templateFiles,
} from '../domain/templates.js'
import { fail } from '../errors.js'

/**
 * @param folder conf/templates of the product
 * @throws FSIGK_TEMPLATE_UNREADABLE when one is missing, not UTF-8, or longer than the guide's 9000 bytes
 */
export async function shippedTemplates(
  folder: string,
  language: Language,
): Promise<Readonly<Record<TemplateName, string>>> {
  const read = Object.entries(templateFiles).map(async ([name, file]) => {
    return [name, await readTemplate(join(folder, language, file))] as const
  })
  return Object.fromEntries(await Promise.all(read)) as Record<TemplateName, string>
}

/** Those of every language: `common.language` may change while the gateway runs. */
export async function allShippedTemplates(folder: string): Promise<ShippedTemplates> {
  const [en, ja] = await Promise.all([shippedTemplates(folder, 'en'), shippedTemplates(folder, 'ja')])
  return { en, ja }
}

async function readTemplate(path: string): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw fail('FSIGK_TEMPLATE_UNREADABLE', [path, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
  if (bytes.length > MAX_TEMPLATE_BYTES)
    throw fail('FSIGK_TEMPLATE_UNREADABLE', [path, `it is ${bytes.length} bytes long, over ${MAX_TEMPLATE_BYTES}`])
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch (cause) {
    throw fail('FSIGK_TEMPLATE_UNREADABLE', [path, 'it is not UTF-8'], { cause })
  }
}
