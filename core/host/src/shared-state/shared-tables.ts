import type { SharedStateTable } from './shared-state-table.js'

/** What is shared: by whoever needs to, and what scanners said of contents. The one cannot push the other out. */
export const sharedTables = ['values', 'verdicts'] as const
export type SharedTable = (typeof sharedTables)[number]

/** @typeParam Owner whoever may die holding leases and claims: a worker */
export type SharedTables<Owner> = Readonly<Record<SharedTable, SharedStateTable<Owner>>>
