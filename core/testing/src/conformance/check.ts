import { describe, test } from 'node:test'

/** One thing that a plugin must keep to. Rejects, saying what is wrong, when it does not. */
export interface Check {
  /** A sentence about the plugin: `it finds nothing in empty content`. */
  readonly title: string
  run(): Promise<void>
}

/** Makes tests of checks; call it at the top level of a test file. */
export function testAll(name: string, checks: readonly Check[]): void {
  describe(`${name} conforms`, () => {
    for (const { title, run } of checks) test(title, run)
  })
}
