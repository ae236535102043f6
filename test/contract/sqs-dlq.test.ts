import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { dlqSinkContract } from 'dynamodb-stream-sync/testing'
import { interceptLocalhostDns } from 'fauxqs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { ownClient } from '../../src/aws/sqs/client.ts'
import { type DeadLetter, decodeDeadLetter } from '../../src/core/dead-letter.ts'
import { sqsDlq } from '../../src/dlq/sqs.ts'
import { isSyncError } from '../../src/errors.ts'
import { deliveryLetter, poisonLetter, sinkContext } from '../support/dead-letters.ts'
import { type SqsServer, startSqs } from '../support/sqs-server.ts'

let sqs: SqsServer
beforeAll(async () => {
  sqs = await startSqs()
})
afterAll(() => sqs.stop())

const drained = async (queueUrl: string): Promise<readonly DeadLetter[]> =>
  (await sqs.drain(queueUrl)).map(({ Body: body }) => decodeDeadLetter(body!))

const byId = (letters: readonly DeadLetter[]) => [...letters].sort((a, b) => (a.id < b.id ? -1 : 1))

describe.each([{ fifo: false }, { fifo: true }])('a real queue, fifo: $fifo', ({ fifo }) => {
  let queueUrl: string
  beforeEach(() => {
    queueUrl = sqs.createQueue({ fifo })
  })

  describe('keeps the published contract', () => {
    const create = () => sqsDlq({ queueUrl, client: sqs.client })
    for (const { name, check } of dlqSinkContract({ create, drain: () => drained(queueUrl) })) test(name, check)
  })

  test('holds every letter of many batches, whole', async () => {
    const hostile = '\u0000\ufffe\uffff\u{1f600}\ud800'
    const letters = Array.from({ length: 95 }, (_, index) =>
      index % 3 === 0
        ? poisonLetter({ id: `p${index}`, record: { hostile, index } })
        : deliveryLetter({ id: `d${index}`, key: `sku-${index}`, target: `berlin ${hostile}`, reason: hostile }),
    )
    const answers = await sqsDlq({ queueUrl, client: sqs.client }).send(letters, sinkContext())
    expect(answers).toEqual(letters.map(() => 'parked'))
    expect(byId(await drained(queueUrl))).toEqual(byId(letters))
  })

  test('takes two binary images of 390 KiB, without the old one, next to small letters', async () => {
    const image = () => ({ sku: { S: 'a' }, photo: { B: randomBytes(390 * 1024).toString('base64') } })
    const [oldImage, newImage] = [image(), image()]
    const dynamodb = { Keys: { sku: { S: 'a' } }, StreamViewType: 'NEW_AND_OLD_IMAGES' }
    const large = deliveryLetter({
      id: 'large',
      record: { eventName: 'MODIFY', dynamodb: { ...dynamodb, NewImage: newImage, OldImage: oldImage } },
    })
    const letters = [deliveryLetter({ id: 'a' }), large, deliveryLetter({ id: 'z' })]
    const answers = await sqsDlq({ queueUrl, client: sqs.client }).send(letters, sinkContext())
    expect(answers).toEqual(['parked', 'parked', 'parked'])
    const parked = (await drained(queueUrl)).find(({ id }) => id === 'large')
    expect(parked?.record).toEqual({
      eventName: 'MODIFY',
      dynamodb: { ...dynamodb, NewImage: newImage, StreamViewType: 'NEW_IMAGE', OldImageOmitted: true },
    })
  })

  test('takes a message of exactly 1 MiB, so that sizes are counted as SQS counts them', async () => {
    const sink = sqsDlq({ queueUrl, client: sqs.client })
    const sized = (size: number, id: string) =>
      deliveryLetter({ id, reason: '€'.repeat(size), record: { dynamodb: {} } })
    const [most, tooMuch] = [largestFitting(sized), largestFitting(sized) + 1]
    const answers = await sink.send([sized(most, 'fits'), sized(tooMuch, 'over')], sinkContext())
    expect(answers).toEqual(['parked', expect.any(Error)])
    expect((await drained(queueUrl)).map(({ id }) => id)).toEqual(['fits'])
  })

  test('that holds smaller messages refuses by letter, and takes them where the size is told', async () => {
    const small = sqs.createQueue({ fifo, maxMessageBytes: 1_500 })
    const old = { a: { S: 'x'.repeat(1_500) } }
    const letters = [deliveryLetter({ id: 'a', record: { dynamodb: { OldImage: old } } }), deliveryLetter({ id: 'b' })]
    const untold = await sqsDlq({ queueUrl: small, client: sqs.client }).send(letters, sinkContext())
    expect(untold).toEqual([expect.any(Error), 'parked'])
    expect(isSyncError(untold[0], 'TARGET_REJECTED')).toBe(true)
    const told = await sqsDlq({ queueUrl: small, client: sqs.client, maxMessageBytes: 1_500 }).send(
      letters.slice(0, 1),
      sinkContext(),
    )
    expect(told).toEqual(['parked'])
  })

  test('that is not there leaves every letter for another try', async () => {
    const gone = `${sqs.endpoint}/000000000000/gone${fifo ? '.fifo' : ''}`
    const answers = await sqsDlq({ queueUrl: gone, client: sqs.client }).send([deliveryLetter()], sinkContext())
    expect(isSyncError(answers[0], 'TARGET_UNAVAILABLE')).toBe(true)
    expect((answers[0] as Error).message).toContain('QueueDoesNotExist')
  })
})

describe('a FIFO queue', () => {
  test('keeps the letters of one item in order, over many batches', async () => {
    const queueUrl = sqs.createQueue({ fifo: true })
    const letters = Array.from({ length: 45 }, (_, index) =>
      deliveryLetter({ id: `n${index}`, key: `sku-${index % 2}`, attempts: index }),
    )
    await sqsDlq({ queueUrl, client: sqs.client }).send(letters, sinkContext())
    const attempts = (await drained(queueUrl)).map((letter) => letter.attempts)
    expect(attempts.filter((n) => n % 2 === 0)).toEqual(letters.map((l) => l.attempts).filter((n) => n % 2 === 0))
    expect(attempts.filter((n) => n % 2 === 1)).toEqual(letters.map((l) => l.attempts).filter((n) => n % 2 === 1))
  })

  test('drops a letter that is sent twice, and no letter that was parked anew', async () => {
    const queueUrl = sqs.createQueue({ fifo: true })
    const sink = sqsDlq({ queueUrl, client: sqs.client })
    const [once, anew] = [deliveryLetter({ id: 'once' }), deliveryLetter({ id: 'anew' })]
    for (const letter of [once, once, anew]) expect(await sink.send([letter], sinkContext())).toEqual(['parked'])
    expect((await drained(queueUrl)).map(({ id }) => id)).toEqual(['once', 'anew'])
  })
})

describe('the client that it makes by itself', () => {
  beforeEach(() => {
    vi.stubEnv('AWS_REGION', 'us-east-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local')
  })
  afterEach(() => vi.unstubAllEnvs())

  test('reaches a queue by its URL', async () => {
    const restoreDns = interceptLocalhostDns() // the URL's host is below localhost, which not every resolver knows
    onTestFinished(restoreDns)
    const queueUrl = sqs.createQueue()
    expect(await sqsDlq({ queueUrl }).send([deliveryLetter()], sinkContext())).toEqual(['parked'])
    expect(await drained(queueUrl)).toEqual([deliveryLetter()])
  })

  test('gives up when the call’s time is up, though the server never answers', async () => {
    const silent = await silentServer()
    onTestFinished(() => void silent.close())
    const time = new AbortController()
    silent.on('connection', () => time.abort())
    const queueUrl = `http://127.0.0.1:${portOf(silent)}/000000000000/silent`
    const answers = await sqsDlq({ queueUrl }).send([deliveryLetter(), poisonLetter()], sinkContext(time.signal))
    expect(answers.map((answer) => isSyncError(answer, 'TARGET_UNAVAILABLE'))).toEqual([true, true])
  })

  test.for<readonly [string, string]>([
    ['https://sqs.eu-west-3.amazonaws.com/1/q', 'eu-west-3'],
    ['https://sqs.cn-north-1.amazonaws.com.cn/1/q', 'cn-north-1'],
    ['https://queue.example/1/q', 'us-east-1'],
  ])('signs for the region of %s', async ([queueUrl, region]) => {
    expect(await ownClient(new URL(queueUrl)).config.region()).toBe(region)
  })

  test('has time-outs that throw', async () => {
    const client = ownClient(new URL(`${sqs.endpoint}/q`))
    const { requestHandler } = client.config as { readonly requestHandler: { httpHandlerConfigs?: () => unknown } }
    // The handler resolves its settings at the first request.
    await sqsDlq({ queueUrl: `${sqs.endpoint}/000000000000/gone`, client }).send([deliveryLetter()], sinkContext())
    expect(requestHandler.httpHandlerConfigs?.()).toMatchObject({
      connectionTimeout: 1_000,
      requestTimeout: 5_000,
      throwOnRequestTimeout: true,
    })
  })
})

/** How many characters of filler a message of 1 MiB has room for. */
function largestFitting(sized: (size: number, id: string) => DeadLetter): number {
  const attributes = Buffer.byteLength('typeStringdeliverycodeStringTARGET_UNAVAILABLEtargetStringberlin')
  const frame = Buffer.byteLength(JSON.stringify(sized(0, 'fits')))
  return Math.floor((1_048_576 - attributes - frame) / 3)
}

/** Takes connections and says nothing. Its sockets die with the client. */
async function silentServer(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).resume())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address === 'object' && address) return address.port
  throw new Error('The server listens on no port.')
}
