/** A home on which no gateway runs: the command line on it, and the settings that a test begins with. */
import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { installPlugin, openHome, type PluginPackage, runCli, temporaryFolder } from '@fsigk/testing'

export async function stoppedHome(...plugins: readonly PluginPackage[]) {
  const folder = await temporaryFolder()
  for (const plugin of plugins) await installPlugin(folder.path, plugin)
  const said: string[] = []
  return {
    path: folder.path,
    /** All that commands printed so far. */
    said,
    /** Runs `fsigk config …`, which must end with the code that is expected. */
    async config(expected: number, ...args: readonly string[]) {
      const result = await runCli(folder.path, ['config', ...args])
      said.push(result.stdout, result.stderr)
      assert.equal(result.code, expected, `config ${args.join(' ')}: ${result.stdout}${result.stderr}`)
      return result
    },
    /** Saves a revision as `fsigk config set` does, without the half of a second that a process takes. */
    async given(settings: Readonly<Record<string, string>>) {
      await using administration = await openHome(folder.path)
      const changes = Object.entries(settings).map(([key, to]) => ({ key, to }))
      await administration.change({ actor: userInfo().username, origin: 'cli', changes })
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}
