import type { ItemKey } from '../core/key.ts'
import type { MergeRule } from '../core/merge.ts'
import type { Lock } from '../ports/lock.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import type { SourceTable } from '../ports/table.ts'
import type { SyncConfig, Targets } from '../runtime/config.ts'
import type { Drift } from './report.ts'

/** Rows may be plain: then they are items already, and their own values decide. */
export type SnapshotLike<Item> = Snapshot | Iterable<Partial<Item>> | AsyncIterable<Partial<Item>>

/** The places to compare: the source of truth, and each warehouse by its name. */
export interface Snapshots<Item, Name extends string> {
  readonly source: SnapshotLike<NoInfer<Item>>
  readonly warehouses: Readonly<Record<Name, SnapshotLike<NoInfer<Item>>>>
}

/** How places are compared, and what may be repaired. */
export interface ReconcileRules<Item> {
  /**
   * Whose state stands. Default `'table'`. A rule such as `merge` needs a version attribute; sides are compared by epoch
   * and attribute, the table winning ties. Where the warehouse's state stands, the difference is reported and left.
   */
  readonly authority?: 'table' | MergeRule<NoInfer<Item>> | undefined
  /** What counts as equal. Default: the item's `fields`, or else every attribute of the expected item. */
  readonly compare?:
    { readonly tolerance: number } | ((table: NoInfer<Item>, warehouse: Partial<NoInfer<Item>>) => boolean) | undefined
  /** What becomes of rows that the table does not hold. Default `report`. `zero` writes `quantity: 0`. */
  readonly orphans?: 'report' | 'zero' | 'remove' | undefined
  /** Between the first and the confirming look, in milliseconds. Default 10,000. Must exceed the stream's lag. */
  readonly settleMs?: number | undefined
  /** How far the stream is behind, in milliseconds (`IteratorAge`). Not to know counts as too far. */
  readonly lagMs?: (() => Promise<number>) | undefined
  /** Past it nothing is repaired. Default: `settleMs`. */
  readonly maxLagMs?: number | undefined
  /** Per warehouse. Default: as fast as the route's concurrency. */
  readonly repairsPerSecond?: number | undefined
  /** How long one page of a snapshot is waited for, in milliseconds. Default 120,000. Then the place counts as broken off. */
  readonly pageTimeoutMs?: number | undefined
  /**
   * Rows of one place without order that are sorted in memory, up to 128 MiB of them. Default 1,000,000. Beyond, DuckDB
   * sorts them on disk, which needs the package `@duckdb/node-api`. A place that says `order: 'key'` needs neither.
   */
  readonly maxRowsInMemory?: number | undefined
  /** Of all warehouses together; past it nothing is repaired. Default: no such limit. */
  readonly maxRepairs?: number | undefined
  /** Of the rows that a warehouse holds or should hold, taken together; past it nothing is repaired. Default 0.1. */
  readonly maxRepairRatio?: number | undefined
  /**
   * Keeps two runs from repairing at once. Taken with `mode: 'apply'` alone, under the name `reconcile`; a partition's
   * run takes its own part's, such as `reconcile/0-of-4`. Runs in other parts, or of the whole, are not kept out by it:
   * use one schedule per sync, always in the same number of parts. A lock that fails, or does not answer within 5 s,
   * counts as held by somebody else. Two runs that overlap all the same never overwrite newer stock at a guarded target.
   */
  readonly lock?: Lock | undefined
  /** Which of these keys have a parked dead letter. Such a row is in flight, and no drift. */
  readonly pending?: ((keys: readonly ItemKey[]) => Promise<readonly string[]>) | undefined
  /** Told of every row; the report keeps a sample. A fault of it is logged and harms nothing. */
  readonly onDrift?: ((drift: Drift<NoInfer<Item>>) => void | Promise<void>) | undefined
}

type Plan<Item, Name extends string> = Partial<Omit<SyncConfig<Item>, 'targets'>> & {
  readonly mode?: 'plan' | undefined
  readonly targets?: { readonly [N in Name]?: unknown } | undefined
}

type Apply<Item, Name extends string> = SyncConfig<Item, Targets<NoInfer<Item>>> & {
  readonly mode: 'apply'
  readonly targets: { readonly [N in Name]: unknown }
}

/** The sync, the rules, and how far to go: `plan` (the default) reports alone, `apply` repairs. */
export type ReconcileOptions<Item, Name extends string> = (Plan<Item, NoInfer<Name>> | Apply<Item, NoInfer<Name>>) &
  ReconcileRules<Item> & {
    /** Read again, strongly consistent, before a difference counts. Without it the caller vouches for the source. */
    readonly table?: SourceTable | undefined
    /** Ends the run early, with a report of what is done. */
    readonly signal?: AbortSignal | undefined
    /** A former report's `resumeFrom`: only keys after it are compared. */
    readonly resumeFrom?: string | undefined
  }

/** What the reconcile handler takes beyond the sync. */
export type ReconcileConfig<Item, T extends Targets<Item>> = SyncConfig<Item, T> &
  ReconcileRules<Item> & {
    readonly table: SourceTable
    readonly mode?: 'plan' | 'apply' | undefined
    readonly resumeFrom?: string | undefined
    /** For targets that have no snapshot of their own. */
    readonly snapshots?: { readonly [N in keyof T]?: Snapshot | undefined } | undefined
  }

/** Either form of the options, as the run reads them. */
export interface GivenOptions<Item> extends Partial<SyncConfig<Item>>, ReconcileRules<Item> {
  readonly mode?: 'plan' | 'apply' | undefined
  readonly table?: SourceTable | undefined
  readonly signal?: AbortSignal | undefined
  readonly resumeFrom?: string | undefined
}

/** One part of several that runs may take side by side: a share of the keys by their hash, a range of them, or both. */
export interface Partition {
  /** With `count`: which of so many shares, from 0. */
  readonly index?: number | undefined
  readonly count?: number | undefined
  /** Only keys above this one. */
  readonly after?: string | undefined
  /** Only keys up to this one, itself included. */
  readonly until?: string | undefined
}

/** Every default of reconcile, as the TSDoc of the settings states them. */
export const reconcileDefaults = {
  settleMs: 10_000,
  maxRepairRatio: 0.1,
  pageTimeoutMs: 120_000,
  maxRowsInMemory: 1_000_000,
  orphans: 'report',
  mode: 'plan',
} as const
