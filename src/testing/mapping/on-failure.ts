import type { MappingSettings } from './settings.ts'
import type { QueuedRecord } from './queued-record.ts'

/**
 * What Lambda sends to an on-failure destination of type SQS or SNS when it gives a batch up: a pointer to the records,
 * not the records. Follow it within the stream's 24 hours.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export interface OnFailurePointer {
  readonly requestContext: {
    /** Of the batch's last invocation, or an own one where there was none. */
    readonly requestId: string
    readonly functionArn: string
    readonly condition: OnFailureCondition
    /** Of exactly this batch: a split or an advanced checkpoint starts anew. 0: it was too old before its first. */
    readonly approximateInvokeCount: number
  }
  /** Absent where the batch was never invoked. `functionError` is null where the function answered, but not with success. */
  readonly responseContext?: {
    readonly statusCode: 200
    readonly executedVersion: '$LATEST'
    readonly functionError: 'Unhandled' | null
  }
  readonly version: '1.0'
  /** ISO 8601, with milliseconds. */
  readonly timestamp: string
  readonly DDBStreamBatchInfo: {
    readonly shardId: string
    readonly startSequenceNumber: string
    readonly endSequenceNumber: string
    /** ISO 8601, in whole seconds. */
    readonly approximateArrivalOfFirstRecord: string
    readonly approximateArrivalOfLastRecord: string
    readonly batchSize: number
    readonly streamArn: string
  }
}

/** `RecordAgeExceeded` is what `maximumRecordAgeInSeconds` leads to. */
export type OnFailureCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded'

/** What is known of the last invocation of a batch. */
export interface LastInvocation {
  readonly requestId: string
  readonly threw: boolean
}

/** A batch that is given up, and why. */
export interface GivenUp {
  readonly records: readonly QueuedRecord[]
  readonly shardId: string
  readonly condition: OnFailureCondition
  readonly invokeCount: number
  readonly last: LastInvocation | undefined
}

/** The pointer to a batch that is given up now. */
export function onFailurePointer(batch: GivenUp, settings: MappingSettings): OnFailurePointer {
  const { last, records } = batch
  return {
    requestContext: {
      requestId: last?.requestId ?? settings.newRequestId(),
      functionArn: settings.functionArn,
      condition: batch.condition,
      approximateInvokeCount: batch.invokeCount,
    },
    ...(last && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: last.threw ? 'Unhandled' : null,
      },
    }),
    version: '1.0',
    timestamp: new Date(settings.clock.now()).toISOString(),
    DDBStreamBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: records[0]?.sequenceNumber ?? '',
      endSequenceNumber: records.at(-1)?.sequenceNumber ?? '',
      approximateArrivalOfFirstRecord: seconds(records[0]?.createdAt ?? settings.clock.now()),
      approximateArrivalOfLastRecord: seconds(records.at(-1)?.createdAt ?? settings.clock.now()),
      batchSize: records.length,
      streamArn: records[0]?.streamArn ?? '',
    },
  }
}

function seconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
