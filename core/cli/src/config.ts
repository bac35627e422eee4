import type { Command } from 'commander'
import { group } from './command.js'
import { blameCommand } from './config/blame.js'
import { checkCommand } from './config/check.js'
import { abortCommand, confirmCommand } from './config/confirm.js'
import { diffCommand } from './config/diff.js'
import { driftCommand } from './config/drift.js'
import { commitCommand, compareCommand, discardCommand, editCommand } from './config/edit.js'
import { exportCommand } from './config/export.js'
import { followCommand } from './config/follow.js'
import { getCommand } from './config/get.js'
import { historyCommand } from './config/history.js'
import { importCommand } from './config/import.js'
import { listCommand } from './config/list.js'
import { approveCommand, proposalsCommand, rejectCommand } from './config/proposals.js'
import { repairCommand } from './config/repair.js'
import { restoreCommand } from './config/restore.js'
import { revertCommand } from './config/revert.js'
import { rollbackCommand } from './config/rollback.js'
import { setCommand } from './config/set.js'
import { showCommand } from './config/show.js'
import { configStatusCommand } from './config/status.js'
import { unsetCommand } from './config/unset.js'
import { verifyCommand } from './config/verify.js'
import { whyCommand } from './config/why.js'

/** `fsigk config …`: the settings and their history, whether the gateway runs or not. */
export function configCommand(): Command {
  const verbs = [
    setCommand(),
    getCommand(),
    unsetCommand(),
    listCommand(),
    historyCommand(),
    showCommand(),
    diffCommand(),
    rollbackCommand(),
    verifyCommand(),
    repairCommand(),
    revertCommand(),
    blameCommand(),
    editCommand(),
    compareCommand(),
    commitCommand(),
    discardCommand(),
    checkCommand(),
    configStatusCommand(),
    followCommand(),
    exportCommand(),
    whyCommand(),
    proposalsCommand(),
    approveCommand(),
    rejectCommand(),
    confirmCommand(),
    abortCommand(),
    driftCommand(),
    importCommand(),
    restoreCommand(),
  ]
  return group('config', verbs).description('read and change the settings, and their history')
}
