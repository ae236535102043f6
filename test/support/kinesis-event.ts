export const kinesisArn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/inventory-changes'

/** What DynamoDB writes into a Kinesis stream for one change; a test states only what it cares about. */
export function payload(facts: object = {}, change: object = {}): Readonly<Record<string, unknown>> {
  return {
    awsRegion: 'eu-west-1',
    eventID: 'f0f0f0f0-1111-2222-3333-444444444444',
    eventName: 'MODIFY',
    userIdentity: null,
    recordFormat: 'application/json',
    tableName: 'inventory',
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000_123,
      Keys: { sku: { S: 'A' } },
      NewImage: { sku: { S: 'A' }, quantity: { N: '5' } },
      OldImage: { sku: { S: 'A' }, quantity: { N: '6' } },
      SizeBytes: 21,
      ...change,
    },
    eventSource: 'aws:dynamodb',
    ...facts,
  }
}

/** A record as Lambda hands it over. */
export function kinesisRecord(
  data: unknown,
  sequenceNumber = '49590338271490256608559692538361571095921575989136588898',
) {
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'A',
      sequenceNumber,
      data: typeof data === 'string' ? data : Buffer.from(JSON.stringify(data)).toString('base64'),
      approximateArrivalTimestamp: 1_700_000_001.5,
    },
    eventSource: 'aws:kinesis',
    eventSourceARN: kinesisArn,
  }
}
