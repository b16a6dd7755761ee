/** Every command of the program, in the order of its help. */
import type { Command } from 'commander'
import { applyCommand } from './cli/apply/apply.js'
import { deleteCommand } from './cli/apply/delete.js'
import { diffCommand } from './cli/apply/diff.js'
import { bootstrapCommand, type BootstrapIo } from './cli/bootstrap.js'
import { certsCommand } from './cli/certs.js'
import { completeCommand, completionCommand } from './cli/completion/completion.js'
import type { MeshIo } from './cli/io.js'
import { proxyConfigCommand } from './cli/proxy-config.js'
import { proxyStatusCommand } from './cli/proxy-status.js'
import { describeCommand } from './cli/show/describe.js'
import { exportCommand } from './cli/show/export.js'
import { getCommand } from './cli/show/get.js'
import { historyCommand } from './cli/show/history.js'
import { configCommand, serveCommand, type ServeIo } from './server/serve.js'
import { storeCommand } from './server/store-command.js'

export type ProgramIo = MeshIo & ServeIo & BootstrapIo

export function buildCommands(io: ProgramIo): Command[] {
  return [
    serveCommand(io),
    getCommand(io),
    describeCommand(io),
    applyCommand(io),
    diffCommand(io),
    deleteCommand(io),
    exportCommand(io),
    historyCommand(io),
    proxyStatusCommand(io),
    proxyConfigCommand(io),
    bootstrapCommand(io),
    certsCommand(io),
    storeCommand(io),
    configCommand(io),
    completionCommand(io),
  ]
}

/** What only programs call: no help tells of them. */
export function buildHiddenCommands(io: ProgramIo): Command[] {
  return [completeCommand(io)]
}
