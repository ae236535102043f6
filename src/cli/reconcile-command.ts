import { ConfigError } from '../errors.ts'
import type { GivenOptions } from '../reconcile/options.ts'
import { reconcile } from '../reconcile/reconcile.ts'
import type { ReconcileReport } from '../reconcile/report.ts'
import type { ReconcileCommand } from './arguments.ts'
import { configured } from './config-file.ts'
import { cliLogger, type Notes } from './notes.ts'
import { drawnProgress, noProgress } from './progress.ts'
import { namedPlaces, type OpenPlaces } from './named-places.ts'
import { reportOutput } from './report-output.ts'
import type { Terminal } from './terminal.ts'
import { watchedPlaces } from './watched-places.ts'

/** What a run says to who asked: 0 equal, 1 drift, 2 could not tell. */
export type ExitCode = 0 | 1 | 2

/** What does not let itself be closed is left to the process's end. */
const longestCloseMs = 2_000

type OnDrift = GivenOptions<unknown>['onDrift']

/** Compares the places, prints the report, answers the exit code. @throws what keeps the run from coming to a report. */
export async function reconcileCommand(command: ReconcileCommand, terminal: Terminal): Promise<ExitCode> {
  const output = await reportOutput(command, terminal)
  try {
    const places = await openPlaces(command, terminal)
    try {
      const report = await compared(places, command, terminal, output.onDrift)
      await output.write(report)
      return exitCode(report)
    } finally {
      await Promise.race([places.close(), terminal.clock.sleep(longestCloseMs)])
    }
  } finally {
    await output.drop()
  }
}

function exitCode({ verdict, sourceRows, invalid }: ReconcileReport<unknown>): ExitCode {
  if (verdict === 'drift') return 1
  const isAnythingCompared = sourceRows === 0 || invalid < sourceRows
  return verdict === 'equal' && isAnythingCompared ? 0 : 2
}

async function openPlaces({ asked }: ReconcileCommand, terminal: Terminal): Promise<OpenPlaces> {
  if (asked.configFile === undefined) return namedPlaces(asked, terminal)
  return {
    ...(await configured(asked.configFile)),
    fields: [],
    rowCounts: new Map(),
    close: async () => undefined,
  }
}

async function compared(places: OpenPlaces, command: ReconcileCommand, terminal: Terminal, onDrift: OnDrift) {
  const stop = new AbortController()
  const forgetInterrupts = terminal.onInterrupt(() => (stop.signal.aborted ? terminal.leave(2) : stop.abort()))
  const isWatched =
    command.progress && terminal.errorColumns !== undefined && (terminal.environment['NO_COLOR'] ?? '') === ''
  const names = ['source', ...Object.keys(places.warehouses)]
  const progress = isWatched ? drawnProgress(terminal, names) : noProgress
  const notes: Notes = new Map()
  try {
    const { source, warehouses, checkFields } = watchedPlaces(places, progress, notes, stop.signal)
    const options = optionsOf(places.options, command, { onDrift, signal: stop.signal, notes })
    const report = await reconcile({ source, warehouses }, options as never) // as loosely typed as a command is; reconcile checks it
    await checkFields()
    if (report.resumeFrom !== undefined) notes.set('', goOnWords(report.resumeFrom))
    return report
  } finally {
    forgetInterrupts()
    progress.stop()
    for (const note of notes.values()) terminal.error(`${note}\n`)
  }
}

/** A key that a shell, or a terminal, would take for something else is better copied from the report. */
function goOnWords(key: string): string {
  const isPlain = /^[\p{L}\p{N}_.:/@+-]+$/u.test(key) && !key.startsWith('-')
  return isPlain
    ? `To go on: the same command with --resume-from ${key}`
    : 'To go on: the same command with --resume-from, and the resumeFrom of --json.'
}

interface Own {
  readonly onDrift: OnDrift
  readonly signal: AbortSignal
  readonly notes: Notes
}

/** The config's own options; whether anything is written is the command's word alone. */
function optionsOf(
  given: GivenOptions<unknown>,
  command: ReconcileCommand,
  { onDrift, signal, notes }: Own,
): GivenOptions<unknown> {
  const { apply, settleMs = given.settleMs, resumeFrom = given.resumeFrom } = command
  if (apply && given.targets === undefined)
    throw new ConfigError('--apply', 'repairs through `targets`, and the config has none. Give them.')
  return {
    ...given,
    ...{ mode: apply ? 'apply' : 'plan', settleMs, resumeFrom },
    logger: given.logger ?? cliLogger(notes),
    signal: given.signal ? AbortSignal.any([signal, given.signal]) : signal,
    onDrift: bothTold(given.onDrift, onDrift),
  }
}

function bothTold(first: OnDrift, second: OnDrift): OnDrift {
  if (!first || !second) return first ?? second
  return async (drift) => {
    await first(drift)
    await second(drift)
  }
}
