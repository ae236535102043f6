import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import type { InventoryBus } from '../bus/inventory-bus.ts'
import type { DeadLetters } from '../queues/dead-letters.ts'
import type { SyncFunction } from '../sync/sync-function.ts'
import type { InventoryTable } from '../table.ts'

/** What reconcile is built upon. */
export interface GivenParts {
  readonly source: InventoryTable
  readonly dead: DeadLetters
  readonly bus: InventoryBus
  readonly synced: SyncFunction
}

/** That, and what all ways to reconcile have. */
export interface ReconcileParts extends GivenParts {
  readonly reports: Bucket
  readonly locks: ITableV2
  /** Where summaries go. */
  readonly summaries: Topic
}
