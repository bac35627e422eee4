/** How every command ends: 0 done, or the same; 1 it differs, or there was nothing to do; 2 an error. */
export type ExitCode = 0 | 1 | 2
