import { regressions } from './regressions.ts'

const streamArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/inventory/stream/2026-01-01T00:00:00.000'
const version = '000000/2026-01-01T00:00:00.000/0000000000000000000000000000000000000111'
const image = {
  sku: { S: 'A' },
  quantity: { N: '5' },
  v: { N: '12' },
  more: { M: { list: { L: [{ N: '1.50' }, { BOOL: true }, { NULL: true }] }, bytes: { B: 'AAEC' } } },
  sets: { NS: ['1', '12345678901234567890123456789012345678'] },
  tags: { SS: ['a'] },
  parts: { BS: ['AA=='] },
}

function record(eventName: string, change: object = {}): object {
  return {
    eventID: 'e1',
    eventName,
    eventSourceARN: streamArn,
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000,
      Keys: { sku: { S: 'A' } },
      NewImage: image,
      OldImage: { ...image, v: { N: '11' } },
      SequenceNumber: '111',
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      ...change,
    },
  }
}

const letter = {
  id: 'letter-1',
  code: 'TARGET_UNAVAILABLE',
  reason: 'The warehouse answered 503.',
  attempts: 3,
  failedAt: '2026-01-01T00:00:00.000Z',
}
const delivery = { ...letter, type: 'delivery', target: 'east', key: 'A', version, change: 'upsert' }
const removal = record('REMOVE', { NewImage: undefined, Keys: { sku: { S: 'A' }, quantity: { N: '5' } } })
const kinesis = {
  eventID: 'k1',
  eventName: 'MODIFY',
  dynamodb: { ApproximateCreationDateTime: 1_700_000_000_123, Keys: { sku: { S: 'A' } }, NewImage: image },
}
const numbers = '{"quantity":12345678901234567890.5,"price":1.10,"big":1e21,"name":"a \\"1.0\\""}'

/** What each decoder reads when all is well, and where fuzzing starts. */
export const seeds: Readonly<Record<string, readonly string[]>> = {
  'stream event': [
    JSON.stringify({ Records: [record('INSERT', { OldImage: undefined }), record('MODIFY'), removal] }),
    JSON.stringify([record('MODIFY', { Keys: { sku: { S: 'A' }, quantity: { N: '5' } } })]),
  ],
  'Kinesis event': [
    JSON.stringify(kinesis),
    JSON.stringify({
      ...kinesis,
      dynamodb: { ...kinesis.dynamodb, ApproximateCreationDateTimePrecision: 'MICROSECOND' },
    }),
    JSON.stringify({ Records: [{ kinesis: { data: 'e30=', sequenceNumber: '1' }, eventSourceARN: 'arn' }] }),
  ],
  'dead letter': [
    JSON.stringify({ ...delivery, record: record('MODIFY') }),
    JSON.stringify({ ...delivery, change: 'removal', record: record('REMOVE', { OldImage: undefined }) }),
    JSON.stringify({ ...letter, type: 'poison', code: 'RECORD_UNDECODABLE', record: record('MODIFY') }),
  ],
  'HTTP answer': [
    `200\ncontent-type: application/json\nsync-version: ${version}\n\n${numbers}`,
    `409\ncontent-type: application/json\n\n{"version":"${version}"}`,
    `404\nsync-version: ${version}\n\n`,
    '503\nretry-after: 120\n\ntry again',
    '429\nretry-after: Thu, 01 Jan 2026 00:00:00 GMT\ndate: Thu, 01 Jan 2026 00:00:10 GMT\n\n',
    '200\ncontent-type: text/plain\n\nfive',
  ],
  'CSV file': [
    'sku,quantity,note\nA,5,plain\nB,12345678901234567890,x\n',
    '\ufeff"sku","quantity"\r\n"A ""1""","5"\r\n"B\nC",7\r\n\r\n"D",\n',
    'quantity\n1.50\n-1e5\n é\n',
  ],
  'NDJSON file': [
    '{"sku":"A","quantity":5}\n{"sku":"B","quantity":12345678901234567890.5,"list":[1e5,{"a":null}]}\n',
    `{"key":"A","item":{"sku":"A"},"version":"${version}"}\r\n\r\n{"item":{"sku":"B"},"removed":true}`,
    '\ufeff{"sku":"é"}',
  ],
  'Link header': [
    '</stock?page=2>; rel="next", <https://lyon.example/stock>; rel=first; title="a, \\"b\\""',
    '<?page=2>; REL="last next"; anchor="#a", <//lyon.example/3>;rel=next',
    'https://a:b@lyon.example:443/#x',
  ],
  'DynamoDB export': [
    JSON.stringify({ Item: image }),
    JSON.stringify({
      Metadata: { WriteTimestampMicros: { N: '1700000000000000' } },
      Keys: { sku: { S: 'A' } },
      NewImage: image,
      OldImage: image,
    }),
    '{"tableArn":"arn:aws:dynamodb:eu-west-1:1:table/stock","exportTime":"2026-01-14T10:18:50.622Z","itemCount":5,"outputFormat":"DYNAMODB_JSON"}',
    '{"itemCount":3,"md5Checksum":"FjvgqIxwymKf1RbbqtrZag==","dataFileS3Key":"AWSDynamoDB/01-a/data/x.json.gz"}\n{"itemCount":2,"md5Checksum":"FjvgqIxwymKf1RbbqtrZag==","dataFileS3Key":"AWSDynamoDB/01-a/data/y.json.gz"}',
  ],
  'scan position': [
    '[1,"stock",4,0,["start","end",{"sku":{"S":"A"}},{"code":{"B":"AP8="},"at":{"N":"5"}}]]',
    Buffer.from('[1,"stock",4,0,["start"]]').toString('base64url'),
  ],
}

/** What fuzzing begins with, in this order: the same seed then leads to the same executions. */
export function inputsFor(decoder: string): readonly string[] {
  return [...(seeds[decoder] ?? []), ...(regressions[decoder] ?? [])]
}
