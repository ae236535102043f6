/** One row that differs, and no change in flight explains it. */
export interface Drift<Item> {
  readonly kind: 'missing' | 'mismatch' | 'orphan' | 'duplicate'
  readonly key: string
  readonly warehouse: string
  /** What the table says, where it holds the item for this warehouse. */
  readonly expected?: Item | undefined
  readonly held?: Partial<Item> | undefined
  /** Held minus expected, in the item's quantity. 0 for a duplicate, and where neither side has a quantity. */
  readonly units: number
}

/** What one warehouse holds, compared with the table; as found, before repairs. */
export interface WarehouseReport extends Readonly<
  Record<
    /** Rows that it holds, tombstones not counted. */
    | 'rows'
    /** Rows that it should hold: the table's, as far as its filter accepts them and both sides could be read. */
    | 'expected'
    /** Expected rows that were found equal. */
    | 'equal'
    /** Expected rows that are equal once this run's repairs are in. */
    | 'equalAfter'
    | 'missing'
    | 'mismatch'
    | 'orphan'
    /** Keys that it, or the source, holds more than once. They are neither compared nor repaired. */
    | 'duplicate'
    /** Differences that were gone at the second look, or whose key has a parked dead letter. */
    | 'inFlight'
    /** Differences whose table row changed between the looks. Left alone. */
    | 'unstable'
    /** Held minus expected, over all drift. */
    | 'unitsSigned'
    | 'unitsAbsolute'
    /** The share of `expected` that is `equal`; 100 when none is expected. */
    | 'accuracyPercent'
    /** The share of `expected` that is `equalAfter`. */
    | 'accuracyAfterPercent',
    number
  >
> {
  /** Whether everything could be read, the second look included. */
  readonly complete: boolean
  /**
   * `planned`: all that the differences call for, whether or not this run may apply them. `stale`: the warehouse took
   * something newer meanwhile. `conflicted`: it held another repair of the same version.
   */
  readonly repairs: Readonly<Record<'planned' | 'applied' | 'stale' | 'conflicted' | 'failed', number>>
}

/** What a run found and did. */
export interface ReconcileReport<Item, Name extends string = string> {
  readonly runId: string
  readonly startedAt: Date
  readonly endedAt: Date
  readonly sourceRows: number
  /** Table rows that fail the schema, or that a filter cannot judge: present, never repaired. */
  readonly invalid: number
  /** As found, before repairs. `unknown`: no drift was found, but not all could be compared, or the stream lags. */
  readonly verdict: 'equal' | 'drift' | 'unknown'
  readonly stoppedBy?: 'deadline' | 'lag' | 'maxRepairs' | 'maxRepairRatio' | 'lock'
  /** Where a run that ended early may be taken up again. */
  readonly resumeFrom?: string
  readonly warehouses: Readonly<Record<Name, WarehouseReport>>
  /** The largest by units, at most 100. */
  readonly sample: readonly Drift<Item>[]
}

export type StoppedBy = NonNullable<ReconcileReport<never>['stoppedBy']>
