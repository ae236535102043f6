import type { StreamRecord } from '../../core/stream-record.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LambdaHandler } from '../../runtime/lambda.ts'
import type { InvocationOutcome } from './answer.ts'
import type { FilterCriteria } from './filter-criteria.ts'
import type { OnFailurePointer } from './on-failure.ts'
import type { UndocumentedBehaviour } from './undocumented.ts'
import type { TumblingWindow } from './window.ts'

/**
 * What a mapping can be told: Lambda's own settings under Lambda's own names, and a few for tests.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
export type EventSourceMappingOptions = MappingOptions & (MemorySource | StreamSource)

/** Records given as a list: one shard, oldest first. */
export interface MemorySource {
  /**
   * As Lambda hands them over, or as the SDK reads them. Should numbers not ascend, a partial response repeats every
   * record that stands behind the checkpoint, or whose number is not lower.
   */
  readonly records: readonly StreamRecord[]
  readonly stream?: undefined
}

/** Records polled from a stream, on AWS or on a local server. */
export interface StreamSource {
  /** Needs the package `@aws-sdk/client-dynamodb-streams`. */
  readonly stream: { readonly client: StreamsClient; readonly streamArn: string }
  readonly records?: undefined
  /**
   * `LATEST`: only what is written after the first `run` has looked at the stream; a run with `drain` that found nothing
   * has. Default `TRIM_HORIZON`: all that the stream still holds.
   */
  readonly startingPosition?: 'TRIM_HORIZON' | 'LATEST' | undefined
  /**
   * `run` ends when every shard was read to its present end and all its records are done. The end is the first empty
   * page, as on local servers; AWS may answer empty pages before the end: poll there, and call `stop`. Default false:
   * `run` polls until told to stop.
   */
  readonly drain?: boolean | undefined
  /** Between two looks at a shard that had nothing new, in milliseconds. Default 250, as Lambda's. */
  readonly pollingIntervalMs?: number | undefined
}

/** The part of `DynamoDBStreamsClient` that is used. */
export interface StreamsClient {
  send(command: object, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>
}

/** The event of one invocation; with `tumblingWindowInSeconds` it carries the window, too. */
export type MappedEvent = { readonly Records: readonly StreamRecord[] } & {
  readonly [Name in keyof TumblingWindow]?: TumblingWindow[Name] | undefined
}

/** What both kinds of source share. */
export interface MappingOptions {
  /** Whatever it answers is judged as Lambda would. */
  readonly handler: LambdaHandler<MappedEvent, unknown>
  /** The most records of one invocation, 1 to 10,000; never more than 6 MB of JSON. Default 100. */
  readonly batchSize?: number | undefined
  /** How long a batch that is not full waits for more records, 0 to 300. Default 0. It does not wait at a source's end. */
  readonly maximumBatchingWindowInSeconds?: number | undefined
  /**
   * Lanes per shard, 1 to 10, each with batches, retries and a checkpoint of its own. All records of one partition key
   * take the same lane. Default 1.
   */
  readonly parallelizationFactor?: number | undefined
  /**
   * The partition key's attribute. Default: what the stream tells, or the one key attribute; where a table has two and
   * neither says which, both together choose the lane.
   */
  readonly partitionKey?: string | undefined
  /**
   * Deliveries of one batch after the first, 0 to 10,000, or -1: without end, also for a handler that never succeeds
   * (then `run` ends by `stop` only; the stream's 24 hours are not simulated). Default -1, as Lambda's.
   *
   * Neither a split nor a partial response that advances the checkpoint is a retry: what is left is a batch of its own,
   * whose count starts anew. AWS documents the first; for the second see {@link UndocumentedBehaviour.checkpoint}. A partial
   * response that names the first record is a retry.
   */
  readonly maximumRetryAttempts?: number | undefined
  /**
   * Older records are given up before they are delivered (again), 60 to 604,800, or -1: none. Compared with
   * `clock.now()`. Default -1.
   */
  readonly maximumRecordAgeInSeconds?: number | undefined
  /**
   * A batch that fails as a whole is halved, down to single records. A partial response splits at its checkpoint with
   * and without it; where it names the first record there is nothing to split, and the whole batch is retried. Default false.
   */
  readonly bisectBatchOnFunctionError?: boolean | undefined
  /** Records that no filter lets through are done without an invocation, and take no place in a batch. Default: all pass. */
  readonly filterCriteria?: FilterCriteria | undefined
  /**
   * How long windows are, 0 to 900, by the records' creation time; the event then carries a {@link TumblingWindow}, and the
   * answer has to have `state`, an object without it being a failure of the whole batch. Each lane has a window and a state
   * of its own. A batch is of one window. A window ends, with one more invocation, when a record of a later one or the
   * shard's end is read, when the state outgrows 1 MB, or by the clock, a while after its end, once the shard was read to
   * its present end; else a run that ends leaves it open for the next one. A record that is given up changes no state.
   * Default 0: none.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
   */
  readonly tumblingWindowInSeconds?: number | undefined
  /** What AWS leaves open, one way or the other. */
  readonly undocumented?: UndocumentedBehaviour | undefined
  /** Lambda's `FunctionResponseTypes`. With false, answers are ignored: only a throw or a time-out fails. Default true. */
  readonly reportBatchItemFailures?: boolean | undefined
  /** Gets the pointer to each batch that is given up. Its rejection ends `run`, and the batch stays. */
  readonly onFailure?: ((pointer: OnFailurePointer) => void | Promise<void>) | undefined
  /** Sees each invocation after its end. What it throws ends `run`. */
  readonly onInvocation?: ((invocation: Invocation) => void | Promise<void>) | undefined
  /**
   * Of the function, 1 to 900,000 milliseconds; the handler's context counts it down. Past it the invocation has failed
   * and its late answer is ignored; unlike on Lambda, what the handler still does is not killed. Default 30,000.
   */
  readonly timeoutMs?: number | undefined
  /** Before the first retry of a batch, 0 to 10,000 milliseconds; doubles up to 10,000. Lambda's own is not documented. Default 100. */
  readonly retryDelayMs?: number | undefined
  /** Named in pointers. Default: one that does not exist. */
  readonly functionArn?: string | undefined
  /** Time-outs, windows, ages and pauses. Default: the machine's. */
  readonly clock?: Clock | undefined
  /** Request ids. Default `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Does what `stop` does, for every run. */
  readonly signal?: AbortSignal | undefined
}

/** One invocation, as an observer sees it. */
export interface Invocation {
  /** The context's `awsRequestId`. */
  readonly requestId: string
  readonly shardId: string
  /** From 0. */
  readonly lane: number
  /** Of exactly this batch, from 1. */
  readonly attempt: number
  readonly batchSize: number
  /** Empty, as the last one, where a window's last invocation has no records. */
  readonly startSequenceNumber: string
  readonly endSequenceNumber: string
  readonly outcome: InvocationOutcome
  /** The tumbling window, where there is one, and whether this was its last invocation. */
  readonly window?: TumblingWindow['window'] | undefined
  readonly isFinalInvokeForWindow?: boolean | undefined
  readonly isWindowTerminatedEarly?: boolean | undefined
}
