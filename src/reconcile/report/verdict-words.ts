import { counted, numberText } from './number-text.ts'
import { driftCount, total, type AnyReport } from './shown-report.ts'
import { shownText } from './shown-text.ts'

const mostNames = 3

/** What a run found, in one sentence. */
export function verdictWords(report: AnyReport): string {
  if (report.verdict === 'drift') return driftWords(report)
  if (report.verdict === 'unknown') return `Could not tell: no drift was found, but ${openWords(report)}.`
  const names = Object.keys(report.warehouses)
  if (names.length === 0) return 'Equal: there was no warehouse to compare.'
  return `Equal: ${listed(names)} ${names.length === 1 ? 'holds' : 'hold'} what the table says.`
}

/** How many rows the table has, and how many of them no schema accepts. */
export function rowWords({ sourceRows, invalid }: AnyReport): string {
  const rows = counted(sourceRows, 'row')
  if (invalid === 0) return rows
  return `${rows}, ${counted(invalid, 'of them fails', 'of them fail')} the schema and ${invalid === 1 ? 'was' : 'were'} left alone`
}

function driftWords(report: AnyReport): string {
  const names = Object.entries(report.warehouses).flatMap(([name, one]) => (driftCount(one) > 0 ? [name] : []))
  const units = total(report, ({ unitsAbsolute }) => unitsAbsolute)
  const weight = units > 0 ? `, ${counted(units, 'unit')} in all` : ''
  return `Drift: ${counted(total(report, driftCount), 'difference')} at ${listed(names)}${weight}.`
}

function openWords({ warehouses, stoppedBy }: AnyReport): string {
  if (stoppedBy === 'lag') return 'the stream is too far behind'
  if (stoppedBy === 'lock') return 'another run holds the lock'
  const open = Object.entries(warehouses).flatMap(([name, { complete }]) => (complete ? [] : [name]))
  return open.length > 0 ? `not everything at ${listed(open)} could be compared` : 'the table was not read to its end'
}

/** What was repaired, in one sentence; undefined where nothing had to be. */
export function repairWords(report: AnyReport): string | undefined {
  const planned = total(report, ({ repairs }) => repairs.planned)
  const applied = total(report, ({ repairs }) => repairs.applied)
  if (planned === 0) return undefined
  if (applied === 0) return `Nothing was repaired: ${counted(planned, 'repair is', 'repairs are')} called for.`
  return `${numberText(applied)} of ${counted(planned, 'repair')} ${applied === 1 ? 'was' : 'were'} applied.`
}

type Stop = readonly [why: (repaired: string) => string, remedy: string]

/** `repaired` tells what was repaired after the stop: nothing, or nothing more. */
const stops: Readonly<Record<NonNullable<AnyReport['stoppedBy']>, Stop>> = {
  deadline: [() => 'The run was ended before it was through.', 'Give it more time, or split it into partitions.'],
  lag: [
    (repaired) =>
      `The stream is further behind than \`maxLagMs\`: a difference may still be on its way, and ${repaired} was repaired.`,
    "Run again when the stream's IteratorAge has come down.",
  ],
  maxRepairs: [
    () => 'More repairs are called for than one run may make.',
    'Look at the differences. Where they are real, raise `maxRepairs`, or run again.',
  ],
  maxRepairRatio: [
    (repaired) => `More of a warehouse would be repaired than \`maxRepairRatio\` allows: ${repaired} was repaired.`,
    'See whether that warehouse was read rightly. Where it is, raise `maxRepairRatio` for one run.',
  ],
  lock: [() => 'Another run holds the lock, or it could not be kept.', 'Run again when the other one has ended.'],
}

/** Why a run ended early, and how to go on; nothing for one that came to its end. */
export function stopWords(report: AnyReport): readonly string[] {
  const { stoppedBy, resumeFrom } = report
  if (stoppedBy === undefined) return []
  const [why, remedy] = stops[stoppedBy]
  // A run of many repairs may be stopped between some of them.
  const repaired = total(report, ({ repairs }) => repairs.applied) > 0 ? 'nothing more' : 'nothing'
  const goOn =
    resumeFrom === undefined
      ? []
      : [`Go on after the key ${shownText(resumeFrom, 200)}: it is the report's resumeFrom.`]
  return [why(repaired), ...goOn, remedy]
}

function listed(names: readonly string[]): string {
  if (names.length > mostNames) return `${numberText(names.length)} warehouses`
  const shown = names.map((name) => shownText(name, 40))
  const last = shown.pop() ?? 'no warehouse'
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`
}
