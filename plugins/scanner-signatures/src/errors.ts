import { defineErrors } from '@fsigk/plugin-api'

export const catalogue = {
  FSIGK_SIGNATURES_UNREADABLE: (path: string, rule: string) =>
    `Signatures cannot be read: '${path}': ${rule}. Make it readable for the gateway, or remove it: it does not scan with a part of its signatures.`,
  FSIGK_SIGNATURES_NOT_LOADED: () => 'Nothing can be scanned before the signatures are loaded.',
  FSIGK_SIGNATURES_SHORT_CONTENT: (got: number, expected: number) =>
    `The content ended after ${got} of ${expected} bytes, so that it was not scanned whole.`,
} as const

export const fail = defineErrors(catalogue)
