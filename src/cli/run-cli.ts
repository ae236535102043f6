import { commandOf, type Command } from './arguments.ts'
import { explained } from './explain.ts'
import { reconcileCommand, type ExitCode } from './reconcile-command.ts'
import { secretsIn, withoutSecrets } from './secrets.ts'
import type { Terminal } from './terminal.ts'
import { usage } from './usage.ts'

/**
 * Does what a command line says, and answers with its exit code: 0 all places are equal, 1 something differs, 2 could not
 * tell. Never throws: what went wrong stands on standard error, in a line.
 */
export async function runCli(args: readonly string[], given: Terminal, version: string): Promise<ExitCode> {
  const secrets = secretsIn(args)
  const terminal = { ...given, error: (text: string) => given.error(withoutSecrets(text, secrets)) }
  try {
    if (args.length === 0) {
      terminal.error(usage)
      return 2
    }
    return await done(commandOf(args), terminal, version)
  } catch (error) {
    terminal.error(`${explained(error)}\n`)
    return 2
  }
}

async function done(command: Command, terminal: Terminal, version: string): Promise<ExitCode> {
  switch (command.does) {
    case 'help':
      await terminal.out(usage)
      return 0
    case 'version':
      await terminal.out(`${version}\n`)
      return 0
    case 'reconcile':
      return reconcileCommand(command, terminal)
  }
}
