import type { TargetRoute } from 'dynamodb-stream-sync'
import type { Stock } from '../../item.ts'

/** How changes are delivered to a warehouse: what the library's routes have, but for the target and the sink. */
type Route = Omit<TargetRoute<Stock>, 'target' | 'dlq'>

interface Common extends Route {
  /** In metrics, dead letters, reports and the names of queues: small letters, digits and dashes, at most 30. */
  readonly name: string
  /** Takes the changes in a FIFO queue of the warehouse's own, drained by a function of its own. Default false. */
  readonly queue?: boolean
}

/** A system behind HTTP: PUT and DELETE, signed. */
export interface HttpWarehouse extends Common {
  readonly kind: 'http'
  /** Where an item lives: `https://berlin.example/stock/{sku}`. */
  readonly url: string
  /** The secret's name. Its text is the key of the HMAC. */
  readonly secret: string
  /** Where all items can be read, page by page. Without it the warehouse is not reconciled. */
  readonly list?: string
  /** Your word that the server compares `Sync-Version`. Default true. */
  readonly guarded?: boolean
}

/** A PostgreSQL database, by TLS. */
export interface PostgresWarehouse extends Common {
  readonly kind: 'postgres'
  readonly host: string
  /** The secret's name. It is JSON with `username` and `password`, as RDS keeps it. */
  readonly secret: string
  /** Default 5432. */
  readonly port?: number
  /** Default `stock`. */
  readonly database?: string
  /** Default `stock`. */
  readonly table?: string
}

/** A DynamoDB table, of any account that lets this one in. */
export interface DynamoDbWarehouse extends Common {
  readonly kind: 'dynamodb'
  readonly tableArn: string
  /** For `reconcile.scale: 'athena'`: what `when` says, as a condition of SQL, such as `region = 'eu'`. */
  readonly where?: string
}

/** A group of partners by region and category, who take its events from the bus. */
export interface EventBridgeWarehouse extends Omit<Common, 'queue' | 'when'> {
  readonly kind: 'event-bridge'
  /** Default: all. */
  readonly regions?: readonly string[]
  /** Default: all. */
  readonly categories?: readonly string[]
  /** Your word that every partner compares the version in an event with its own, removals included. Default true. */
  readonly guarded?: boolean
}

export type Warehouse = HttpWarehouse | PostgresWarehouse | DynamoDbWarehouse | EventBridgeWarehouse

export interface Deployment {
  readonly account: string | undefined
  readonly region: string | undefined
  readonly service: string
  readonly runbooks: string
  readonly alarmEmail: string | undefined
  readonly table: {
    readonly replicas: readonly { readonly region: string; readonly keyArn?: string }[]
    readonly warmThroughput: { readonly readUnitsPerSecond: number; readonly writeUnitsPerSecond: number } | undefined
    /** A table that you have already; nothing of it is changed. */
    readonly existing?: { readonly tableArn: string; readonly streamArn: string }
  }
  readonly sync: {
    readonly only: { readonly attribute: keyof Stock; readonly value: string } | undefined
    readonly ttl: 'propagate' | 'ignore'
    readonly reservedConcurrency: number
    readonly shards: number
    readonly memoryMb: number
    readonly deadlineMarginMs: number
    readonly epochs: Readonly<Record<string, number>>
  }
  readonly mapping: Mapping
  readonly reconcile: {
    readonly everyHours: number
    readonly mode: 'plan' | 'apply'
    readonly scale: 'off' | 'function' | 'map' | 'athena'
    readonly partitions: number
    readonly maxRepairRatio: number
    readonly driftThreshold: number
  }
  readonly keepLogsDays: number
  readonly keepReportsDays: number
  readonly keepEventsDays: number
  readonly customerManagedKey: boolean
  readonly secretsGeneration: number
  readonly adotLayerArn: string | undefined
  readonly network: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] } | undefined
}

/** The event source mapping of the sync function. */
export interface Mapping {
  readonly batchSize: number
  readonly maximumBatchingWindowInSeconds: number
  readonly parallelizationFactor: number
  readonly bisectBatchOnFunctionError: boolean
  readonly maximumRetryAttempts: number
  readonly maximumRecordAgeInSeconds: number
  readonly functionResponseTypes: readonly string[]
}
