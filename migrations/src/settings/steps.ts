import { whoAndWhat } from './002-who-and-what.js'
import type { Step } from './step.js'

/** The steps of settings events, in order; the first is from schema 1 to 2. */
export const settingsSteps: readonly Step[] = [whoAndWhat]
