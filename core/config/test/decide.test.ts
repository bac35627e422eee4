/** decide and evolve: given events, when a command, then these events or this refusal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandFault, type SettingsCommand, type WantedChange } from '../src/domain/commands.js'
import { decide, type Refusal, refusalSentence } from '../src/domain/decide.js'
import type { SettingChange, SettingsEvent } from '../src/domain/events.js'
import { evolve, initialState, type SettingsState } from '../src/domain/state.js'
import { catalogue } from './sample.js'

const at = new Date('2026-03-01T12:00:00.000Z')
const meta = {
  at: at.toISOString(),
  actor: 'anna',
  origin: 'cli',
  comment: null,
  machine: false,
  approvedBy: null,
} as const

const installed: SettingsEvent = {
  type: 'GatewayInstalled',
  changes: [],
  meta: { ...meta, origin: 'install', machine: true },
}

function changed(...changes: SettingChange[]): SettingsEvent {
  return { type: 'SettingsChanged', changes, meta }
}

const portIs9081 = changed({ key: 'http.svcport', from: null, to: '9081' })
const portIs9082 = changed({ key: 'http.svcport', from: '9081', to: '9082' })

function fold(events: readonly SettingsEvent[]): SettingsState {
  return events.reduce(evolve, initialState)
}

function change(...changes: WantedChange[]): SettingsCommand {
  return { type: 'ChangeSettings', at, actor: 'anna', origin: 'cli', changes }
}

function rollBackTo(events: readonly SettingsEvent[], key?: string): SettingsCommand {
  return { type: 'RollBackSettings', at, actor: 'anna', origin: 'rollback', target: fold(events), key }
}

function given(...events: SettingsEvent[]) {
  return {
    when(command: SettingsCommand) {
      const decided = decide(command, fold(events), catalogue)
      return {
        thenEvents: (...expected: SettingsEvent[]) => assert.deepEqual(decided, { events: expected }),
        thenNothing: () => assert.deepEqual(decided, { events: [] }),
        thenRefused: (...refused: Refusal[]) => assert.deepEqual(decided, { refused }),
      }
    },
  }
}

test('the first start is one fact without changes', () => {
  given()
    .when({ type: 'InstallGateway', at, actor: 'fsigk', origin: 'install', machine: true })
    .thenEvents({
      type: 'GatewayInstalled',
      changes: [],
      meta: { ...meta, actor: 'fsigk', origin: 'install', machine: true },
    })
})

test('the first start happens once', () => {
  given(installed).when({ type: 'InstallGateway', at, actor: 'fsigk', origin: 'install', machine: true }).thenNothing()
})

test('one save is one event, with what was before', () => {
  given(installed, portIs9081)
    .when(change({ key: 'http.svcport', to: '9082' }, { key: 'http.virus_check', to: 'no' }))
    .thenEvents(
      changed({ key: 'http.svcport', from: '9081', to: '9082' }, { key: 'http.virus_check', from: null, to: false }),
    )
})

test('actor, origin, time and comment are kept', () => {
  given(installed)
    .when({
      type: 'ChangeSettings',
      at,
      actor: 'bert',
      origin: 'console',
      comment: 'ISO images',
      changes: [{ key: 'http.action', to: 'pass' }],
    })
    .thenEvents({
      type: 'SettingsChanged',
      changes: [{ key: 'http.action', from: null, to: 'pass' }],
      meta: { ...meta, at: '2026-03-01T12:00:00.000Z', actor: 'bert', origin: 'console', comment: 'ISO images' },
    })
})

test('a setting that already has this value changes nothing', () => {
  given(installed, portIs9081)
    .when(change({ key: 'http.svcport', to: '9081' }))
    .thenNothing()
})

test('a setting set to its default while it has it changes nothing', () => {
  given(installed)
    .when(change({ key: 'http.svcport', to: '9080' }, { key: 'http.virus_check', to: true }))
    .thenNothing()
})

test('what changes is kept, what does not is left out', () => {
  given(installed, portIs9081)
    .when(change({ key: 'http.svcport', to: '9081' }, { key: 'http.action', to: 'pass' }))
    .thenEvents(changed({ key: 'http.action', from: null, to: 'pass' }))
})

test('a setting set back to its default by name stays set', () => {
  given(installed, portIs9081)
    .when(change({ key: 'http.svcport', to: '9080' }))
    .thenEvents(changed({ key: 'http.svcport', from: '9081', to: '9080' }))
})

test('unset takes a setting back to its default', () => {
  given(installed, portIs9081)
    .when(change({ key: 'http.svcport', to: undefined }))
    .thenEvents(changed({ key: 'http.svcport', from: '9081', to: null }))
})

test('unset of what was never set changes nothing', () => {
  given(installed)
    .when(change({ key: 'http.svcport' }))
    .thenNothing()
})

test('all bad values are refused at once, and the good one with them', () => {
  given(installed)
    .when(
      change(
        { key: 'http.pre_spawn', to: '0' },
        { key: 'http.action', to: 'pass' },
        { key: 'http.virus_check', to: 'maybe' },
        { key: 'http.acton', to: 'pass' },
        { key: 'http.nothing_like_it' },
      ),
    )
    .thenRefused(
      { key: 'http.pre_spawn', value: '0', rule: 'must be a whole number from 1 to 100000 connections' },
      { key: 'http.virus_check', value: 'maybe', rule: 'must be yes or no' },
      { key: 'http.acton', value: 'pass', rule: 'there is no such setting; did you mean http.action?' },
      {
        key: 'http.nothing_like_it',
        value: null,
        rule: "there is no such setting; 'fsigk config list' shows all",
      },
    )
})

test('a key cannot be changed twice in one save', () => {
  given(installed)
    .when(change({ key: 'http.action', to: 'pass' }, { key: 'http.action', to: 'delete' }))
    .thenRefused({ key: 'http.action', value: 'delete', rule: 'must not be changed twice in one save' })
})

test('a long refused value is shown by its beginning', () => {
  const decided = decide(change({ key: 'http.action', to: 'x'.repeat(5000) }), fold([installed]), catalogue)
  assert.ok('refused' in decided)
  assert.equal(decided.refused[0]?.value, `${'x'.repeat(200)}…`)
})

test('a rollback is a new event that carries its changes', () => {
  given(installed, portIs9081, portIs9082)
    .when(rollBackTo([installed]))
    .thenEvents({
      type: 'SettingsRolledBack',
      toRevision: 1,
      changes: [{ key: 'http.svcport', from: '9082', to: null }],
      meta: { ...meta, origin: 'rollback' },
    })
})

test('a rollback can be rolled back', () => {
  const rolledBack: SettingsEvent = {
    type: 'SettingsRolledBack',
    toRevision: 1,
    changes: [{ key: 'http.svcport', from: '9081', to: null }],
    meta,
  }
  given(installed, portIs9081, rolledBack)
    .when(rollBackTo([installed, portIs9081]))
    .thenEvents({
      type: 'SettingsRolledBack',
      toRevision: 2,
      changes: [{ key: 'http.svcport', from: null, to: '9081' }],
      meta: { ...meta, origin: 'rollback' },
    })
})

test('a rollback of one key leaves the others', () => {
  const both = changed({ key: 'http.svcport', from: null, to: '9081' }, { key: 'http.action', from: null, to: 'pass' })
  given(installed, both)
    .when(rollBackTo([installed], 'http.action'))
    .thenEvents({
      type: 'SettingsRolledBack',
      toRevision: 1,
      key: 'http.action',
      changes: [{ key: 'http.action', from: 'pass', to: null }],
      meta: { ...meta, origin: 'rollback' },
    })
})

test('a rollback to where the settings are changes nothing', () => {
  given(installed, portIs9081)
    .when(rollBackTo([installed, portIs9081]))
    .thenNothing()
})

test('a rollback of an unknown key is refused', () => {
  given(installed)
    .when(rollBackTo([installed], 'http.svcpoort'))
    .thenRefused({
      key: 'http.svcpoort',
      value: null,
      rule: 'there is no such setting; did you mean http.svcport?',
    })
})

test('a rollback to a value that breaks a rule of today is refused', () => {
  const before = changed({ key: 'http.pre_spawn', from: null, to: 999_999 })
  const after = changed({ key: 'http.pre_spawn', from: 999_999, to: 10 })
  given(installed, before, after)
    .when(rollBackTo([installed, before]))
    .thenRefused({
      key: 'http.pre_spawn',
      value: '999999',
      rule: 'must be a whole number from 1 to 100000 connections',
    })
})

test('settings of a plugin that is away can be rolled back and unset, but not set', () => {
  const was = changed({ key: 'gone.level', from: null, to: 5 })
  const now = changed({ key: 'gone.level', from: 5, to: 6 })
  given(installed, was, now)
    .when(rollBackTo([installed, was]))
    .thenEvents({
      type: 'SettingsRolledBack',
      toRevision: 2,
      changes: [{ key: 'gone.level', from: 6, to: 5 }],
      meta: { ...meta, origin: 'rollback' },
    })
  given(installed, was)
    .when(change({ key: 'gone.level' }))
    .thenEvents(changed({ key: 'gone.level', from: 5, to: null }))
  given(installed, was)
    .when(change({ key: 'gone.level', to: '7' }))
    .thenRefused({ key: 'gone.level', value: '7', rule: "there is no such setting; 'fsigk config list' shows all" })
})

test('every event is one revision', () => {
  assert.equal(fold([installed, portIs9081, portIs9082]).revision, 3)
  assert.deepEqual([...fold([installed, portIs9081, portIs9082]).values], [['http.svcport', '9082']])
})

test('the sentence of a refusal names key, value and rule, and draws nothing on a terminal', () => {
  const refused = [
    { key: 'http.action', value: 'x\n\u001b[31m', rule: 'must be pass or delete' },
    { key: 'http.acton', value: null, rule: 'there is no such setting; did you mean http.action?' },
  ]
  assert.equal(
    refusalSentence(refused),
    'http.action=x\\n\\x1b[31m: must be pass or delete; http.acton: there is no such setting; did you mean http.action?',
  )
})

test('a key as long as a letter is told by its beginning', () => {
  const sentence = refusalSentence([{ key: 'k'.repeat(5000), value: '1', rule: 'there is no such setting' }])
  assert.equal(sentence, `${'k'.repeat(200)}…=1: there is no such setting`)
})

const badCommands: readonly { says: string; command: SettingsCommand; what: string; rule: RegExp }[] = [
  { says: 'no actor', command: { ...change(), actor: ' ' }, what: 'actor', rule: /must not be empty/ },
  { says: 'a long actor', command: { ...change(), actor: 'a'.repeat(201) }, what: 'actor', rule: /at most 200 bytes/ },
  { says: 'an actor of two lines', command: { ...change(), actor: 'a\nb' }, what: 'actor', rule: /control characters/ },
  {
    says: 'a long comment',
    command: { ...change(), comment: 'c'.repeat(2001) },
    what: 'comment',
    rule: /is 2001 bytes long; at most 2000/,
  },
  {
    says: 'a comment with an escape sequence',
    command: { ...change(), comment: '\u001b[2J' },
    what: 'comment',
    rule: /control characters/,
  },
  {
    says: 'an unknown origin',
    command: { ...change(), origin: 'fax' as 'cli' },
    what: 'origin',
    rule: /must be one of console, cli/,
  },
  {
    says: 'too many changes',
    command: change(...Array.from({ length: 1001 }, (_, index) => ({ key: `k${index}`, to: '1' }))),
    what: 'command',
    rule: /has 1001 changes; at most 1000/,
  },
]

for (const { says, command, what, rule } of badCommands) {
  test(`a command with ${says} is at fault`, () => {
    const fault = commandFault(command)
    assert.equal(fault?.what, what)
    assert.match(fault?.rule ?? '', rule)
  })
}

test('a secret that is not sealed is refused, and its value is told to nobody', () => {
  given(installed)
    .when(change({ key: 'definitions.http_proxyauth_pass', to: 'hunter2' }))
    .thenRefused({
      key: 'definitions.http_proxyauth_pass',
      value: '(secret)',
      rule: 'must be sealed before it is kept',
    })
})
