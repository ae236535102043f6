import { sameValue } from '../core/diff.ts'
import type { ItemKey } from '../core/key.ts'
import { TargetUnavailableError } from '../errors.ts'
import type { Invocation } from '../runtime/invocation.ts'
import { askAt } from './ask.ts'
import { judge, type Difference, type Pair } from './judge.ts'
import { canLookAgain, lookAtTable, lookAtWarehouse, type Look } from './look-again.ts'
import type { Settings, Warehouse } from './settings.ts'
import { tableState } from './source.ts'

/** What became of the suspects. */
export interface Confirmed<Item> {
  readonly differences: readonly Difference<Item>[]
  /** Gone at the second look; or still open: parked, or perhaps on its way in a stream that lags. */
  readonly inFlight: readonly (Pair<Item> & { readonly open: boolean })[]
  readonly unstable: readonly Pair<Item>[]
  /** The second look failed, or time was up. */
  readonly undecided: readonly { readonly pair: Pair<Item>; readonly error: unknown }[]
  readonly invalid: readonly Pair<Item>[]
  readonly lagging: boolean
}

const outOfTime = new Error('The time was up before the second look.')
const nothing = { differences: [], inFlight: [], unstable: [], undecided: [], invalid: [], lagging: false }

/**
 * Looks at the suspects again, in this order: table, a pause, warehouse, table. What is gone was in flight; what the
 * table changed meanwhile is unstable.
 */
export async function confirm<Item>(
  suspects: readonly Pair<Item>[],
  warehouses: readonly Warehouse<Item>[],
  settings: Settings<Item>,
  invocation: Invocation,
): Promise<Confirmed<Item>> {
  if (suspects.length === 0) return nothing
  const undecided = (error: unknown) => ({ ...nothing, undecided: suspects.map((pair) => ({ pair, error })) })
  const { table, settleMs } = settings
  const { clock, cut } = invocation
  const keys = keysOf(suspects)
  const before = table ? await lookAtTable(table, keys, settings, invocation) : undefined
  if (before?.error !== undefined) return undecided(before.error)
  const again = warehouses.filter((one) => canLookAgain(one) && suspects.some(({ warehouse }) => warehouse === one))
  const lagBefore = await isLagging(settings, invocation)
  if (table || again.length > 0) await clock.sleep(settleMs, cut.signal()).catch(() => undefined)
  if (cut.hasEnded()) return undecided(outOfTime)
  const looks = new Map<Warehouse<Item>, Look>()
  await Promise.all(
    again.map(async (warehouse) => {
      const own = suspects.filter((pair) => pair.warehouse === warehouse)
      looks.set(warehouse, await lookAtWarehouse(warehouse, keysOf(own), settings, invocation))
    }),
  )
  const after = table ? await lookAtTable(table, keys, settings, invocation) : undefined
  if (after?.error !== undefined) return undecided(after.error)
  const decided = decide(suspects, { before: before?.rows, looks, after: after?.rows }, warehouses, settings)
  const lagging = lagBefore || (await isLagging(settings, invocation))
  if (lagging) return withoutDifferences({ ...decided, lagging })
  return withoutParked({ ...decided, lagging }, settings, invocation)
}

/** While the stream lags, any difference may be a change on its way. */
function withoutDifferences<Item>(confirmed: Confirmed<Item>): Confirmed<Item> {
  const open = confirmed.differences.map((pair) => ({ ...pair, open: true }))
  return { ...confirmed, differences: [], inFlight: [...confirmed.inFlight, ...open] }
}

/** What the table held before and after; undefined: there is none. */
interface Looks<Item> {
  readonly before: Look['rows']
  readonly looks: ReadonlyMap<Warehouse<Item>, Look>
  readonly after: Look['rows']
}

function decide<Item>(
  suspects: readonly Pair<Item>[],
  { before, looks, after }: Looks<Item>,
  warehouses: readonly Warehouse<Item>[],
  settings: Settings<Item>,
): Omit<Confirmed<Item>, 'lagging'> {
  const differences: Difference<Item>[] = []
  const inFlight: (Pair<Item> & { open: boolean })[] = []
  const unstable: Pair<Item>[] = []
  const undecided: { pair: Pair<Item>; error: unknown }[] = []
  const invalid: Pair<Item>[] = []
  for (const first of suspects) {
    const look = looks.get(first.warehouse)
    if (look?.error !== undefined) {
      undecided.push({ pair: first, error: look.error })
      continue
    }
    const held = look?.rows ? look.rows.get(first.key) : first.held
    const row = after?.get(first.key)
    const state = after ? tableState(row, false, warehouses, settings) : first.state
    const { state: firstState } = first
    const pair = { ...first, held, state, firstState, keyAttributes: row?.keyAttributes ?? first.keyAttributes }
    const changed = !sameValue(before?.get(first.key)?.item, row?.item)
    const difference = judge(pair, settings)
    if (state.status === 'invalid') invalid.push(pair)
    else if (changed) unstable.push(pair)
    else if (difference) differences.push(difference)
    else inFlight.push({ ...pair, open: false })
  }
  return { differences, inFlight, unstable, undecided, invalid }
}

/** Whether the stream is too far behind for a difference to mean anything. Not to know counts as too far. */
async function isLagging<Item>({ given, maxLagMs, sync }: Settings<Item>, invocation: Invocation): Promise<boolean> {
  const { lagMs } = given
  if (!lagMs) return false
  const { value } = await askAt({ ...lookUp, name: 'lagMs' }, sync, invocation)(() => lagMs())
  return !isWithin(value, maxLagMs)
}

/** Only a number says how far: no answer does not, and null, as JavaScript may answer, is below every limit. */
function isWithin(lag: unknown, maxLagMs: number): boolean {
  return typeof lag === 'number' && lag <= maxLagMs
}

async function withoutParked<Item>(
  confirmed: Confirmed<Item>,
  { given: { pending }, sync }: Settings<Item>,
  invocation: Invocation,
): Promise<Confirmed<Item>> {
  const { differences } = confirmed
  if (!pending || differences.length === 0) return confirmed
  const ask = askAt({ ...lookUp, name: 'pending' }, sync, invocation)
  const { value, error } = await ask(async () => answeredKeys(await pending(keysOf(differences))))
  if (error) {
    const undecided = [...confirmed.undecided, ...differences.map((pair) => ({ pair, error }))]
    return { ...confirmed, differences: [], undecided }
  }
  const parked = differences.filter(({ key }) => value.has(key)).map((pair) => ({ ...pair, open: true }))
  return {
    ...confirmed,
    differences: differences.filter(({ key }) => !value.has(key)),
    inFlight: [...confirmed.inFlight, ...parked],
  }
}

/** The keys that are parked. No array of texts is no word that nothing is. */
function answeredKeys(answer: unknown): ReadonlySet<unknown> {
  if (Array.isArray(answer) && answer.every((key) => typeof key === 'string')) return new Set<unknown>(answer)
  throw new TargetUnavailableError('`pending` answered with no array of keys.')
}

const lookUp = { timeoutMs: 30_000, retry: { maxAttempts: 3, minDelayMs: 100, maxDelayMs: 2_000 } }

function keysOf<Item>(pairs: readonly Pair<Item>[]): readonly ItemKey[] {
  return [...new Map(pairs.map(({ key, keyAttributes }) => [key, { key, keyAttributes }])).values()]
}
