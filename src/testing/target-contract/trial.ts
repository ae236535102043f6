import assert from 'node:assert/strict'
import fc from 'fast-check'
import { changeId, type Change } from '../../core/change.ts'
import { sameValue } from '../../core/diff.ts'
import type { ItemDefinition } from '../../core/item.ts'
import { itemKey, keyNames, keyText } from '../../core/key.ts'
import type { Clock } from '../../ports/clock.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import type { ApplyResult, CallContext, WarehouseTarget } from '../../ports/target.ts'
import { compareKeys } from '../../core/key-order.ts'
import { keyIfAny, withFreshKey, withKeyOf } from '../item-keys.ts'
import { rowsOf } from '../rows-of.ts'
import { testVersion } from '../test-versions.ts'

/** What any item is, though the type of a caller's own item does not say so: attributes by name. */
type Row = Readonly<Record<string, unknown>>

/** What the clauses are made of: a target's maker, its item, and items. */
export interface Trials<Item> {
  readonly create: () => WarehouseTarget<Item> | Promise<WarehouseTarget<Item>>
  readonly definition: ItemDefinition<Item>
  readonly items: fc.Arbitrary<Item>
  /** Whether the caller gave items of their own: then no others are tried. */
  readonly ownItems: boolean
  readonly held: ((item: Item) => Row) | undefined
  readonly clock: Clock
}

/** One target under test. */
export interface Trial<Item> extends Trials<Item> {
  readonly target: WarehouseTarget<Item>
  /** The n-th version of this trial; newer than those of all trials before. */
  readonly version: (n: number) => string
  readonly upsert: (item: Item, version: string) => Change<Item>
  readonly removal: (item: Item, version: string) => Change<Item>
  /** Hands changes over, in order: one by one, or in batches as large as the target takes them. */
  readonly deliver: (
    changes: readonly Change<Item>[],
    context?: Partial<CallContext>,
  ) => Promise<readonly ApplyResult[]>
}

export function callContext(more: Partial<CallContext> = {}): CallContext {
  return { target: 'contract', signal: new AbortController().signal, attempt: 1, timeoutMs: 5_000, ...more }
}

let trials = BigInt(Date.now()) * 1_000n // newer than those of every earlier run against the same table

/** Makes a target, for one clause. */
export async function newTrial<Item>(given: Trials<Item>): Promise<Trial<Item>> {
  const target = await given.create()
  const base = ++trials * 1_000n
  const facts = (item: Item, version: string) => {
    const key = itemKey(keyNames(given.definition), item as Row)
    return { ...key, id: changeId(key.key, version), version, changedAt: new Date(0) }
  }
  return {
    ...given,
    target,
    version: (n) => testVersion(given.definition, { sequence: base + BigInt(n) }),
    upsert: (item, version) => ({ ...facts(item, version), type: 'upsert', item }),
    removal: (item, version) => ({ ...facts(item, version), type: 'removal' }),
    deliver: (changes, more) => deliver(target, changes, callContext(more)),
  }
}

/** How many changes the library hands over in one call. */
export function batchSizeOf<Item>(target: WarehouseTarget<Item>): number {
  return target.applyBatch ? (target.batchSize ?? 100) : 1
}

async function deliver<Item>(
  target: WarehouseTarget<Item>,
  changes: readonly Change<Item>[],
  context: CallContext,
): Promise<readonly ApplyResult[]> {
  const answers: ApplyResult[] = []
  if (target.apply) {
    for (const change of changes) answers.push(known(await target.apply(change, context)))
    return answers
  }
  for (const batch of batches(changes, batchSizeOf(target)))
    for (const answer of await applyBatch(target, batch, context)) {
      if (answer instanceof Error) throw answer
      answers.push(answer)
    }
  return answers
}

/** One call with changes of different keys, handed over as the library does, sorted by key. Answers come in the given order. */
export async function applyBatch<Item>(
  target: WarehouseTarget<Item>,
  changes: readonly Change<Item>[],
  context: CallContext = callContext(),
): Promise<readonly (ApplyResult | Error)[]> {
  assert.ok(target.applyBatch)
  const sorted = [...changes].sort((a, b) => compareKeys(a.key, b.key))
  const answers = await target.applyBatch(sorted, context)
  assert.equal(answers.length, changes.length, 'a batch has as many answers as changes')
  return changes.map((change) => {
    const answer = answers[sorted.indexOf(change)]
    return answer instanceof Error ? answer : known(answer)
  })
}

function batches<Item>(changes: readonly Change<Item>[], size: number): readonly Change<Item>[][] {
  const made: Change<Item>[][] = []
  let keys = new Set<string>()
  for (const change of changes) {
    if (made.length === 0 || keys.size >= size || keys.has(change.key)) {
      made.push([])
      keys = new Set()
    }
    keys.add(change.key)
    made.at(-1)?.push(change)
  }
  return made
}

function known(answer: unknown): ApplyResult {
  const answers: readonly unknown[] = ['applied', 'stale', 'unchanged']
  assert.ok(answers.includes(answer), `the target answered ${String(answer)}, which is none of ${answers.join(', ')}`)
  return answer as ApplyResult // one of the three
}

/** Some items, each under a key of its own that no target ever saw. The same ones every time, but for their keys. */
export function freshItems<Item>({ definition, items }: Trials<Item>, count: number): readonly Item[] {
  const valid = items.filter((item) => keyIfAny(definition, item) !== undefined)
  const fresh = new Map<string, Item>()
  for (let seed = 1; fresh.size < count && seed <= 20; seed++)
    for (const item of fc.sample(valid, { numRuns: count, seed }).map((each) => withFreshKey(definition, each)))
      fresh.set(keyText(keyNames(definition), item as Row), item)
  assert.ok(fresh.size >= count, `the clause needs ${count} items with different keys; "items" gives ${fresh.size}`)
  return [...fresh.values()].slice(0, count)
}

/** Several states of one item that no target ever saw. */
export function freshStates<Item>(trials: Trials<Item>, count: number): readonly [Item, ...Item[]] {
  const valid = trials.items.filter((item) => keyIfAny(trials.definition, item) !== undefined)
  const [sample, ...rest] = fc.sample(valid, { numRuns: count, seed: 1 })
  assert.ok(sample !== undefined)
  const first = withFreshKey(trials.definition, sample)
  return [first, ...rest.map((item) => withKeyOf(trials.definition, item, first))]
}

/** What the target holds of these changes' keys; undefined where it lets nobody look. */
export async function heldBy<Item>(
  { target, definition }: Trial<Item>,
  changes: readonly Change<Item>[],
): Promise<ReadonlyMap<string, SnapshotEntry> | undefined> {
  const keys = new Set(changes.map(({ key }) => key))
  const rows = target.read
    ? await target.read(
        changes.map(({ key, keyAttributes }) => ({ key, keyAttributes })),
        callContext(),
      )
    : target.snapshot && (await rowsOf(target.snapshot())).rows
  const named = rows?.map((row) => [row.key ?? keyText(keyNames(definition), row.item), row] as const)
  return named && new Map(named.filter(([key]) => keys.has(key)))
}

/** The target holds exactly what these changes say, each of another key. */
export async function assertHolds<Item>(trial: Trial<Item>, changes: readonly Change<Item>[]): Promise<void> {
  const held = await heldBy(trial, changes)
  if (held) for (const change of changes) assertRow(trial, held.get(change.key), change)
}

function assertRow<Item>(trial: Trial<Item>, row: SnapshotEntry | undefined, change: Change<Item>): void {
  const key = JSON.stringify(change.key.slice(0, 80))
  if (change.type === 'removal') {
    assert.ok(row === undefined || row.removed === true, `${key} is removed, but the target still holds it`)
    return
  }
  assert.ok(row !== undefined && row.removed !== true, `${key} was applied, but the target does not hold it`)
  const expected = trial.held?.(change.item) ?? (change.item as Row)
  const names = trial.held ? new Set([...Object.keys(expected), ...Object.keys(row.item)]) : Object.keys(row.item)
  for (const name of names) {
    if (!trial.held && !Object.hasOwn(expected, name)) continue // a column that is the warehouse's own
    const same = sameValue(own(row.item, name), own(expected, name))
    assert.ok(same, `${key} holds another ${JSON.stringify(name)} than was applied last`)
  }
}

function own(row: Row, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined
}
