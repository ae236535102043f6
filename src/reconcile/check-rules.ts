import { isObject } from '../core/objects.ts'
import { ConfigError } from '../errors.ts'
import { hasMethods, isFunction, longestTimer, show } from '../runtime/config-values.ts'
import type { SyncConfig } from '../runtime/config.ts'
import type { ReconcileSetting } from '../runtime/setting-names.ts'
import type { GivenOptions } from './options.ts'

type Test = (value: unknown) => boolean

const isOneOf =
  (...values: readonly unknown[]): Test =>
  (value) =>
    values.includes(value)
const isNumber =
  (least: number, most: number): Test =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most

const milliseconds = [isNumber(0, longestTimer), 'Use milliseconds from 0 up.'] as const

/** `Names`, if they are all that is needed and no more. */
type Whole<Names extends Needed, Needed> = [Needed] extends [Names] ? Names : never

/** Every setting that reconcile has beyond a sync; `snapshots` is its handler's. */
type RuleName = Whole<
  Exclude<ReconcileSetting, 'snapshots'>,
  Exclude<keyof GivenOptions<never>, keyof SyncConfig<never>>
>

const rules: Readonly<Record<RuleName, readonly [test: Test, remedy: string]>> = {
  mode: [isOneOf('plan', 'apply'), "Use 'plan' or 'apply'."],
  table: [hasMethods('read', 'snapshot'), 'Give a source table, such as dynamoDbTable({ tableName }).'],
  authority: [(value) => value === 'table' || isFunction(value), "Use 'table' or a merge rule, such as merge."],
  compare: [(value) => isFunction(value) || isTolerance(value), 'Use { tolerance: 0 or more } or a function.'],
  orphans: [isOneOf('report', 'zero', 'remove'), "Use 'report', 'zero' or 'remove'."],
  settleMs: milliseconds,
  lagMs: [isFunction, 'Give a function that answers with milliseconds.'],
  maxLagMs: milliseconds,
  repairsPerSecond: [(value) => isNumber(0, 1e6)(value) && value !== 0, 'Use a number above 0, up to 1000000.'],
  maxRepairs: [(value) => Number.isInteger(value) && (value as number) >= 0, 'Use a whole number from 0 up.'],
  maxRepairRatio: [isNumber(0, 1), 'Use a number from 0 to 1; 1: no limit.'],
  pageTimeoutMs: [isNumber(1, longestTimer), 'Use milliseconds from 1 up.'],
  maxRowsInMemory: [(value) => Number.isInteger(value) && (value as number) >= 0, 'Use a whole number from 0 up.'],
  lock: [hasMethods('acquire'), 'Give a lock with an `acquire` method.'],
  pending: [isFunction, 'Give a function that answers with keys.'],
  onDrift: [isFunction, 'Give a function.'],
  signal: [(value) => value instanceof AbortSignal, 'Give an AbortSignal.'],
  resumeFrom: [(value) => typeof value === 'string', "Give a report's `resumeFrom`, or nothing."],
}

/** Refuses rules that cannot work. @throws ConfigError that names the field, the value and the remedy. */
export function checkRules<Item>(options: GivenOptions<Item>): void {
  const given = options as Readonly<Record<string, unknown>> // looked at as the types may not have been
  for (const [field, [test, remedy]] of Object.entries(rules)) {
    const value = given[field]
    if (value !== undefined && !test(value)) throw new ConfigError(field, `${show(value)} does not work. ${remedy}`)
  }
  if (options.maxLagMs !== undefined && options.lagMs === undefined)
    throw new ConfigError('maxLagMs', `${show(options.maxLagMs)} is compared with nothing. Give \`lagMs\` too.`)
  if (typeof options.authority === 'function' && typeof options.item?.version !== 'object')
    throw new ConfigError(
      'authority',
      "a rule compares versions, and version 'sequence' is not in the table's rows. Set item.version to { attribute: '…' }.",
    )
  checkOrphans(options)
}

function checkOrphans<Item>({ orphans, ttl, item }: GivenOptions<Item>): void {
  if (orphans !== 'zero' && orphans !== 'remove') return
  if (ttl === 'ignore')
    throw new ConfigError(
      'orphans',
      `${show(orphans)} would take what ttl: 'ignore' leaves at the targets. Use 'report', or ttl: 'propagate'.`,
    )
  if (orphans === 'zero' && item?.quantity && !readsQuantity(item.quantity))
    throw new ConfigError(
      'orphans',
      "'zero' writes the attribute `quantity`, and this item's quantity is elsewhere. Use 'remove' or 'report'.",
    )
}

/** Whether an item's quantity is its attribute of that name, which alone can be written. */
function readsQuantity(quantity: (item: never) => unknown): boolean {
  try {
    return [0, 7].every((units) => Number(quantity({ quantity: units } as never)) === units)
  } catch {
    return false
  }
}

function isTolerance(value: unknown): boolean {
  return isObject(value) && isNumber(0, Infinity)(value['tolerance']) && Object.keys(value).length === 1
}
