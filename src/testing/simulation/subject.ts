import type { SourceTable } from '../../ports/table.ts'
import type { Snapshot } from '../../ports/snapshot.ts'
import { reconcile } from '../../reconcile/reconcile.ts'
import type { SyncConfig } from '../../runtime/config.ts'
import { createStreamSyncHandler } from '../../runtime/handler.ts'
import type { BatchResponse, LambdaHandler } from '../../runtime/lambda.ts'
import { createQueueSyncHandler, type QueueEvent } from '../../runtime/queue-handler.ts'
import type { StreamRecord } from '../../core/stream-record.ts'

/** What a process of the run is given: the configuration, with faulty places and the time of the run. */
export interface Ports<Item> {
  readonly config: SyncConfig<Item>
  readonly table: SourceTable
}

export interface Reconciling {
  readonly snapshots: Readonly<Record<string, Snapshot>>
  readonly lagMs: () => Promise<number>
  readonly pending: (keys: readonly { readonly key: string }[]) => Promise<readonly string[]>
  /** Told of each difference that is reported as drift. */
  readonly onDrift: (target: string, key: string) => void
  readonly orphans: 'report' | 'remove'
}

/** What is simulated. */
export interface Subject<Item> {
  /** The stream's handler throws where something is unresolved. Default: it reports, and never throws. */
  readonly throws?: boolean | undefined
  readonly stream: (ports: Ports<Item>) => LambdaHandler<{ readonly Records: readonly StreamRecord[] }, unknown>
  readonly queue: (ports: Ports<Item>, mode: 'current' | 'original') => LambdaHandler<QueueEvent, BatchResponse>
  readonly reconcile: (ports: Ports<Item>, reconciling: Reconciling) => Promise<unknown>
}

/** The library itself. `stream`: what its stream handler gets beside the sync. */
export function librarySubject<Item>(
  stream: { readonly coalesce?: boolean; readonly hydrates?: boolean; readonly throws?: boolean } = {},
): Subject<Item> {
  return {
    throws: stream.throws,
    stream: ({ config, table }) =>
      createStreamSyncHandler<Item>({
        ...config,
        coalesce: stream.coalesce ?? true,
        failureMode: stream.throws ? 'throw' : 'report',
        ...(stream.hydrates ? { table } : {}),
      }),
    queue: ({ config, table }, mode) =>
      createQueueSyncHandler<Item>(mode === 'original' ? { ...config, mode } : { ...config, mode, table }),
    reconcile: ({ config, table }, { snapshots, lagMs, pending, onDrift, orphans }) =>
      reconcile<Item>(
        { source: table.snapshot(), warehouses: snapshots },
        {
          ...config,
          ...{ mode: 'apply', table, lagMs, pending, orphans, maxRepairRatio: 1 },
          onDrift: ({ warehouse, key }) => onDrift(warehouse, key),
        },
      ),
  }
}
