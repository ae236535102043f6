import type { StreamRecord } from 'dynamodb-stream-sync'

export const streamArn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/stock/stream/2026-03-01T00:00:00.000'

/** A record of the item `sku`, as Lambda hands it over. */
export function recordOf(
  sequenceNumber: string,
  sku = `sku-${sequenceNumber}`,
  createdAt = 1_772_359_200,
): StreamRecord {
  return {
    eventID: `event-${sequenceNumber}`,
    eventName: 'MODIFY',
    eventSourceARN: streamArn,
    dynamodb: {
      Keys: { sku: { S: sku } },
      NewImage: { sku: { S: sku }, quantity: { N: sequenceNumber } },
      SequenceNumber: sequenceNumber,
      ApproximateCreationDateTime: createdAt,
    },
  }
}

/** Records of their own items, numbered from `first` on. */
export function recordsOf(count: number, first = 1): readonly StreamRecord[] {
  return Array.from({ length: count }, (_, index) => recordOf(String(first + index)))
}

export function numbersOf({ Records }: { readonly Records: readonly StreamRecord[] }): readonly string[] {
  return Records.map((record) => record.dynamodb?.SequenceNumber ?? '')
}

/** A partial response that names these. */
export function failing(...sequenceNumbers: readonly string[]) {
  return { batchItemFailures: sequenceNumbers.map((itemIdentifier) => ({ itemIdentifier })) }
}

export const succeeding = { batchItemFailures: [] }
