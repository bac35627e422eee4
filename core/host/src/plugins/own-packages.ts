/** What a plugin imports under these names is always the host's own copy. */
export const OWN_PACKAGES = ['@fsigk/plugin-api', 'tsyringe', 'reflect-metadata', 'zod'] as const
