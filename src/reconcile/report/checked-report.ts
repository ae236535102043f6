import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { StoppedBy, WarehouseReport } from '../report.ts'
import type { AnyReport } from './shown-report.ts'

const counts = [
  'rows',
  'expected',
  'equal',
  'equalAfter',
  'missing',
  'mismatch',
  'orphan',
  'duplicate',
  'inFlight',
  'unstable',
  'unitsSigned',
  'unitsAbsolute',
] as const satisfies readonly (keyof WarehouseReport)[]
const repairs = ['planned', 'applied', 'stale', 'conflicted', 'failed'] as const

/** What a warehouse's report counts, and what of it may be added up. */
export const warehouseCounts: readonly (typeof counts)[number][] = counts
export const repairCounts: readonly (typeof repairs)[number][] = repairs

/** Every reason to stop, the gravest first. */
export const stopReasons = [
  'lock',
  'deadline',
  'lag',
  'maxRepairs',
  'maxRepairRatio',
] as const satisfies readonly StoppedBy[]

/**
 * A report as reconcile made it, or as `JSON.parse` gives it back: then its times are texts.
 *
 * @throws ConfigError that names what is wrong, after `path`.
 */
export function checkedReport(value: unknown, path: string): AnyReport {
  if (!isRecord(value)) throw new ConfigError(path, 'is no report. Give what reconcile answered with.')
  const refuse = (name: string, wanted: string) => new ConfigError(`${path}.${name}`, `is no ${wanted}. ${remedy}`)
  const { runId, verdict, stoppedBy, resumeFrom, warehouses, sample } = value
  if (typeof runId !== 'string') throw refuse('runId', 'text')
  if (!isOneOf(['equal', 'drift', 'unknown'], verdict)) throw refuse('verdict', 'verdict')
  if (stoppedBy !== undefined && !isOneOf(stopReasons, stoppedBy)) throw refuse('stoppedBy', 'reason')
  if (resumeFrom !== undefined && typeof resumeFrom !== 'string') throw refuse('resumeFrom', 'text')
  for (const name of ['sourceRows', 'invalid']) if (!Number.isFinite(value[name])) throw refuse(name, 'number')
  if (!isRecord(warehouses)) throw refuse('warehouses', 'record')
  for (const [name, one] of Object.entries(warehouses)) checkWarehouse(one, `${path}.warehouses.${name}`)
  if (!Array.isArray(sample) || !sample.every(isDrift)) throw refuse('sample', 'list of drift')
  const [startedAt, endedAt] = [timeOf(value['startedAt']), timeOf(value['endedAt'])]
  if (!startedAt || !endedAt) throw refuse(startedAt ? 'endedAt' : 'startedAt', 'time')
  return { ...(value as unknown as AnyReport), startedAt, endedAt } // each member was looked at
}

const remedy = 'Give a report as reconcile made it, whole.'

function checkWarehouse(value: unknown, path: string): void {
  const refuse = (name: string) => new ConfigError(`${path}${name}`, `is missing or of another kind. ${remedy}`)
  if (!isRecord(value)) throw refuse('')
  for (const name of counts) if (!Number.isFinite(value[name])) throw refuse(`.${name}`)
  if (typeof value['complete'] !== 'boolean') throw refuse('.complete')
  const done = value['repairs']
  for (const name of repairs) if (!isRecord(done) || !Number.isFinite(done[name])) throw refuse(`.repairs.${name}`)
}

function isDrift(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { kind, key, warehouse, units } = value
  return [kind, key, warehouse].every((text) => typeof text === 'string') && Number.isFinite(units)
}

function timeOf(value: unknown): Date | undefined {
  const time = value instanceof Date ? value : typeof value === 'string' ? new Date(value) : undefined
  return time && !Number.isNaN(time.getTime()) ? time : undefined
}

function isOneOf(values: readonly unknown[], value: unknown): boolean {
  return values.includes(value)
}
