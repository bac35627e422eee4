import { faceFiles } from '../domain/faces.js'
import { templateFiles } from '../domain/templates.js'
import { customRuleFaults } from './custom-rules.js'
import { dbupdateFace } from './dbupdate-face.js'
import type { Face } from './face.js'
import { hostsAllowFace } from './hosts-allow-face.js'
import { iniFace } from './ini-face.js'
import { spamFilesFace } from './spam-files-face.js'
import { textFace } from './text-face.js'

const byFile: ReadonlyMap<string, Face> = new Map(
  [
    iniFace,
    hostsAllowFace,
    ...Object.entries(templateFiles).map(([name, file]) => textFace(file, `template.${name}`)),
    textFace('spam/custom.txt', 'spam.custom_rules', customRuleFaults),
    spamFilesFace,
    dbupdateFace,
  ].map((face) => [face.file, face]),
)

/** Every file of conf/, in the order in which they are shown. */
export const faces: readonly Face[] = faceFiles.flatMap((file) => byFile.get(file) ?? [])

/** @returns undefined for a name that is no file of conf/ */
export function faceOf(file: string): Face | undefined {
  return byFile.get(file)
}
