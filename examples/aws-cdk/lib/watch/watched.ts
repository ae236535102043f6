import type { IFunction, EventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { DeadLetters } from '../queues/dead-letters.ts'
import type { WarehouseQueue } from '../queues/warehouse-queue.ts'

/** What alarms and dashboard look at. */
export interface Watched {
  readonly sync: IFunction
  readonly mapping: EventSourceMapping
  /** All of them, `sync` among them. */
  readonly functions: readonly IFunction[]
  readonly dead: DeadLetters
  readonly undelivered: Queue
  readonly queues: ReadonlyMap<string, WarehouseQueue>
  readonly machine: StateMachine | undefined
}
