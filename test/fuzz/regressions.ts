const noText = '{"toString":1,"valueOf":1}'
const deepList = '['.repeat(5_000) + ']'.repeat(5_000)
const event = (arn: string, createdAt = '1700000000') =>
  `[{"eventName":"MODIFY","eventSourceARN":${arn},"dynamodb":{"Keys":{"sku":{"S":"A"}},"ApproximateCreationDateTime":${createdAt},"SequenceNumber":"1","NewImage":{"sku":{"S":"A"},"quantity":{"N":"5"},"v":{"N":"1"}}}}]`
const streamArn = '"arn:aws:dynamodb:eu-west-1:123456789012:table/inventory/stream/2026-01-01T00:00:00.000"'
const letter = (record: string) =>
  `{"type":"poison","id":"a","code":"RECORD_UNDECODABLE","reason":"","attempts":0,"failedAt":"2026-01-01T00:00:00Z","record":${record}}`
const inLetter = (arn: string) => letter(event(arn).slice(1, -1))
const answer = (body: string) => `200\ncontent-type: application/json\n\n${body}`

/** Inputs that a decoder once took wrongly. */
export const regressions: Readonly<Record<string, readonly string[]>> = {
  'stream event': [event(noText), event(deepList), event(streamArn, noText)],
  'Kinesis event': [],
  'dead letter': [inLetter(noText), inLetter(deepList)],
  'HTTP answer': [
    answer('{"quantity":1E9999999}'), // refused as no JSON
    answer('{"quantity":1e00005}'),
    answer(`{"quantities":[${Array<string>(20).fill('1E9999').join()}]}`), // written out, each has 10,000 digits
    answer(`{"quantity":1e5,"more":${deepList}}`),
  ],
  'CSV file': [],
  'NDJSON file': [],
  'Link header': [],
  'DynamoDB export': [],
  'scan position': [],
}
