import { UsageError } from './flags.js'
import { describeMachine } from './machine.js'

/**
 * Runs the body of a bench: prints the question and the machine first, ends with 0 when it was answered, whatever the
 * answer, and with 2 when it could not be.
 */
export async function answer(question: string, body: () => Promise<void>): Promise<void> {
  process.stdout.write(`${question}\n${describeMachine()}\n\n`)
  try {
    await body()
    process.exitCode = 0
  } catch (error) {
    process.stderr.write(`${error instanceof UsageError ? error.message : ((error as Error).stack ?? error)}\n`)
    process.exitCode = 2
  }
}
