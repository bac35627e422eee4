/**
 * Tries one plugin in a process of its own, with the host's own loader and the conformance suite of its kind, and tells
 * its parent of each check. Not part of the command itself: whatever the plugin does here ends with this process.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { DEADLINES, type FoundPlugin, loadPlugin, resolveSharedPackages } from '@fsigk/host'
import { type PluginDefinition, type RoleOf, settingsSchema } from '@fsigk/plugin-api'
import {
  type AuthenticatorSubject,
  authenticatorChecks,
  type Check,
  type LogSinkSubject,
  logSinkChecks,
  type NotifierSubject,
  notifierChecks,
  type ProtocolSubject,
  protocolChecks,
  type ScannerSubject,
  type SpamFilterSubject,
  scannerChecks,
  silentLog,
  spamFilterChecks,
} from '@fsigk/testing'
import type { FromChild, Trial } from './trial.js'

process.once('message', (trial: Trial) => {
  void run(trial).then(
    () => process.disconnect(),
    (error: unknown) => {
      tell({ is: 'failed', because: messageOf(error) })
      process.disconnect()
    },
  )
})

async function run(trial: Trial): Promise<void> {
  const { found } = trial
  // What a log sink writes while it is tried is no business of the home's logs.
  const logs = mkdtempSync(join(tmpdir(), 'fsigk-verify-'))
  process.on('exit', () => rmSync(logs, { recursive: true, force: true }))
  resolveSharedPackages([found.folder])
  resolveTestKit(found.folder)
  const needs = {
    log: silentLog,
    clock: { now: () => new Date() },
    folders: { package: found.folder, databases: trial.databases, logs },
  }
  const { definition, make } = await loadPlugin(found, found.kind, needs, DEADLINES)
  const subject = await subjectOf(trial)
  for (const check of [schemaCheck(found, definition), ...checksOf(found, make, subject, trial)]) {
    tell({ is: 'begun', title: check.title })
    const began = performance.now()
    const problem = await check.run().then(
      () => undefined,
      (error: unknown) => messageOf(error),
    )
    tell({ is: 'ended', title: check.title, ms: Math.round(performance.now() - began), problem })
  }
}

/** What the package gives to be tried with; undefined when it gives nothing. */
async function subjectOf({ subject }: Trial): Promise<object | undefined> {
  if (subject === undefined) return undefined
  const { default: given } = (await import(pathToFileURL(subject).href)) as { default?: object }
  return given
}

function checksOf(
  found: FoundPlugin,
  make: () => RoleOf[FoundPlugin['kind']],
  subject: object | undefined,
  { settings }: Trial,
): readonly Check[] {
  const under = { settings, ...subject, name: found.id }
  // Which role is made and which subject is given, the manifest's kind says.
  switch (found.kind) {
    case 'scanner':
      return scannerChecks({ ...(under as ScannerSubject), name: found.id, make: make as () => RoleOf['scanner'] })
    case 'spam':
      return spamFilterChecks({ ...(under as SpamFilterSubject), name: found.id, make: make as () => RoleOf['spam'] })
    case 'auth':
      return authenticatorChecks({
        ...(under as AuthenticatorSubject),
        name: found.id,
        make: make as () => RoleOf['auth'],
      })
    case 'notifier':
      return notifierChecks({ ...(under as NotifierSubject), name: found.id, make: make as () => RoleOf['notifier'] })
    case 'log':
      return logSinkChecks({ ...(under as LogSinkSubject), name: found.id, make: make as () => RoleOf['log'] })
    case 'protocol':
      return subject === undefined ? [] : protocolChecks({ ...(subject as ProtocolSubject), folder: found.folder })
  }
  found.kind satisfies never
}

function schemaCheck({ section, schema }: FoundPlugin, definition: PluginDefinition): Check {
  return {
    title: 'its settings schema is that of its code',
    async run() {
      const own = settingsSchema(definition.section, definition.settings)
      if (schema === undefined && Object.keys(definition.settings).length === 0) return
      if (section !== definition.section || !isDeepStrictEqual(JSON.parse(JSON.stringify(own)), schema))
        throw new Error('the schema file is older than the code; build the package again')
    },
  }
}

/** An installed package has no test kit of its own; the gateway's is lent to it. */
function resolveTestKit(folder: string): void {
  registerHooks({
    resolve(specifier, context, next) {
      const isOurs = specifier === '@fsigk/testing' && context.parentURL?.startsWith(pathToFileURL(folder).href)
      return next(specifier, isOurs ? { ...context, parentURL: import.meta.url } : context)
    },
  })
}

function tell(message: FromChild): void {
  process.send?.(message)
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim().slice(0, 1_000)
}
