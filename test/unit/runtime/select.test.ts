import { inventoryItem, type InventoryItem, type StreamRecord, type StreamSyncConfig } from 'dynamodb-stream-sync'
import { memoryTarget, streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { recordReader } from '../../../src/runtime/decode-record.ts'
import { recordVersions } from '../../../src/runtime/record-version.ts'
import { select } from '../../../src/runtime/select.ts'
import { resolveSync } from '../../../src/runtime/sync.ts'
import { synced } from '../../support/decoding.ts'
import { tableOf } from '../../support/sync-kit.ts'

const at = (site: string) => (item: InventoryItem) => item['site'] === site
const sites = { east: at('east'), west: at('west') }
const stock = (site: string, quantity = 1, more: object = {}) => ({ sku: 'A1', quantity, site, ...more })
const written = (newImage: object, oldImage?: object) => streamRecord({ newImage, oldImage })
const byTimeToLive = { type: 'Service', principalId: 'dynamodb.amazonaws.com' }
const expired = (oldImage: object): StreamRecord => ({
  ...streamRecord({ oldImage }),
  userIdentity: byTimeToLive,
})
const byQuantity = { ...inventoryItem, fields: ['quantity'] }
const gotOf = ({ got }: Awaited<ReturnType<typeof synced<InventoryItem>>>) =>
  got.map(({ target, type }) => `${target} ${type}`)

describe('removals by time to live', () => {
  test('are propagated by default', async () => {
    expect(gotOf(await synced<InventoryItem>([expired(stock('east'))], {}))).toEqual(['east removal'])
  })

  test('are left out where ignored; a person’s removal is not', async () => {
    expect(gotOf(await synced<InventoryItem>([expired(stock('east'))], { ttl: 'ignore' }))).toEqual([])
    const byHand = { ...streamRecord({ oldImage: stock('east') }), userIdentity: { type: 'Service', principalId: 'x' } }
    expect(gotOf(await synced<InventoryItem>([byHand], { ttl: 'ignore' }))).toEqual(['east removal'])
  })

  test('that were ignored are undone where the item appears elsewhere (history 18)', async () => {
    const again = written(stock('west'))
    expect(gotOf(await synced<InventoryItem>([again], { ttl: 'ignore' }, sites))).toEqual([
      'east removal',
      'west upsert',
    ])
    expect(gotOf(await synced<InventoryItem>([again], {}, sites))).toEqual(['west upsert'])
  })
})

describe('the origin filter', () => {
  const item = { ...inventoryItem, version: { attribute: 'v' } }
  const config = { item, origin: { attribute: 'region', accept: ['eu-west-1'] } }
  const of = (region: string | undefined) => ({ ...stock('east'), v: 1, ...(region !== undefined && { region }) })

  test('skips writes and removals of other regions only', async () => {
    const types = async (record: StreamRecord) => gotOf(await synced<InventoryItem>([record], config))
    expect(await types(written(of('us-east-1')))).toEqual([])
    expect(await types(streamRecord({ oldImage: of('us-east-1') }))).toEqual([])
    expect(await types(written(of('eu-west-1'), of('us-east-1')))).toEqual(['east upsert'])
    expect(await types(streamRecord({ oldImage: of('eu-west-1') }))).toEqual(['east removal'])
    expect(await types(written(of(undefined)))).toEqual(['east upsert'])
  })
})

describe('a write that changes nothing a warehouse cares about', () => {
  test('is skipped: fields equal in both images, and every filter of one mind', async () => {
    const record = written(stock('east', 1, { note: 'b' }), stock('east', 1, { note: 'a' }))
    expect(gotOf(await synced<InventoryItem>([record], { item: byQuantity }))).toEqual([])
    expect(gotOf(await synced<InventoryItem>([record], {}))).toEqual(['east upsert'])
    const same = written(stock('east'), stock('east'))
    expect(gotOf(await synced<InventoryItem>([same], {}, sites))).toEqual([])
  })

  test('is delivered where one field differs', async () => {
    const record = written(stock('east', 2), stock('east', 1))
    expect(gotOf(await synced<InventoryItem>([record], { item: byQuantity }))).toEqual(['east upsert'])
  })

  test('is delivered where the item moves from one filter to another (history 26)', async () => {
    const record = written(stock('west'), stock('east'))
    expect(gotOf(await synced<InventoryItem>([record], { item: byQuantity }, sites))).toEqual([
      'east removal',
      'west upsert',
    ])
  })

  test('is delivered where the item enters or leaves the whole sync', async () => {
    const config = { item: byQuantity, when: (item: InventoryItem) => item['site'] !== 'north' }
    const leaves = written(stock('north'), stock('east'))
    expect(gotOf(await synced<InventoryItem>([leaves], config, { east: undefined }))).toHaveLength(1)
  })

  test('is delivered where an image is missing or fails the schema', async () => {
    const both = written(stock('east'), stock('east'))
    const newOnly: StreamRecord = { ...both, dynamodb: { ...both.dynamodb, OldImage: undefined } }
    expect(gotOf(await synced<InventoryItem>([newOnly], { item: byQuantity }))).toEqual(['east upsert'])
    const spoilt = { ...stock('west'), sku: 'A1', quantity: 'one' }
    const record = written(stock('east'), spoilt)
    const moved = gotOf(await synced<InventoryItem>([record], { item: { ...inventoryItem, fields: ['sku'] } }, sites))
    expect(moved).toEqual(['east upsert', 'west removal'])
  })

  test('is delivered where no filter is there to tell, and the old image fails the schema', async () => {
    const record = written(stock('east'), { ...stock('east'), quantity: 'one' })
    expect(gotOf(await synced<InventoryItem>([record], { item: { ...inventoryItem, fields: ['sku'] } }))).toEqual([
      'east upsert',
    ])
  })

  test('is delivered where the table told the new state', async () => {
    const { dynamodb, ...rest } = written(stock('east', 2), stock('east', 1))
    const record: StreamRecord = { ...rest, dynamodb: { ...dynamodb, NewImage: undefined } }
    expect(gotOf(await synced<InventoryItem>([record], { table: tableOf([stock('east', 2)]) }))).toEqual([
      'east upsert',
    ])
  })

  test('is delivered where the item comes to all targets, or leaves one of them', async () => {
    const routes = { east: at('east'), all: undefined }
    const moved = async (to: string, from: string) =>
      gotOf(await synced<InventoryItem>([written(stock(to), stock(from))], { item: byQuantity }, routes))
    expect(await moved('east', 'north')).toEqual(['east upsert', 'all upsert'])
    expect(await moved('north', 'east')).toEqual(['east removal', 'all upsert'])
    expect(await moved('north', 'south')).toEqual([])
  })

  test('is delivered where the item appears, whatever its old image says', async () => {
    const record = { ...written(stock('east'), stock('east')), eventName: 'INSERT' }
    for (const ttl of ['ignore', 'propagate'] as const)
      expect(gotOf(await synced<InventoryItem>([record], { ttl }))).toEqual(['east upsert'])
  })

  test('is judged by its own images, so that there and back again is delivered (history 17)', async () => {
    const [there, back] = [written(stock('east', 0), stock('east', 1)), written(stock('east', 1), stock('east', 0))]
    const { changes } = await synced<InventoryItem>([there, back], { item: byQuantity })
    expect(changes.map(({ item }) => item?.quantity)).toEqual([1])
  })
})

test('an INSERT that no filter accepts concerns nobody; a MODIFY that both sides refuse neither', async () => {
  const records = [written(stock('north')), written(stock('north', 2), stock('north', 1))]
  expect(gotOf(await synced<InventoryItem>(records, {}, sites))).toEqual([])
})

describe('a removal', () => {
  test('reaches the targets that held the item alone', async () => {
    expect(gotOf(await synced<InventoryItem>([streamRecord({ oldImage: stock('east') })], {}, sites))).toEqual([
      'east removal',
    ])
  })

  test('is one even where its record carries a new image, too', async () => {
    const record = { ...written(stock('east'), stock('east')), eventName: 'REMOVE' }
    expect(gotOf(await synced<InventoryItem>([record], {}, sites))).toEqual(['east removal'])
  })

  test('reaches every target where the item appeared, and the table holds it no longer', async () => {
    const { dynamodb, ...rest } = written(stock('east'))
    const record: StreamRecord = { ...rest, dynamodb: { ...dynamodb, NewImage: undefined } }
    expect(gotOf(await synced<InventoryItem>([record], { table: tableOf([]) }, sites))).toEqual([
      'east removal',
      'west removal',
    ])
  })
})

describe('what the next step gets', () => {
  type Settings = Omit<StreamSyncConfig<InventoryItem>, 'targets'>
  function selected(records: readonly StreamRecord[], routes: object, settings: Settings = {}) {
    const entries = Object.entries(routes) as [string, (item: InventoryItem) => boolean][]
    const targets = Object.fromEntries(entries.map(([name, when]) => [name, { target: memoryTarget(), when }]))
    const sync = resolveSync({ targets, ...settings })
    const reader = recordReader(sync, recordVersions({ attribute: sync.versionAttribute, epochs: {} }))
    const decoded = records.map((record, position) => {
      const { change, regressed } = reader.read(record)
      return { position, record, change: change!, regressed, touches: 'all' as const }
    })
    return { decoded, result: select({ identifiers: [], poison: [], unread: [], records: decoded }, sync) }
  }

  test('is no entry of what concerns nobody, and a verdict on each new state that not all targets hold', () => {
    const removed = streamRecord({ oldImage: stock('west') })
    const same = written(stock('east'), stock('east'))
    const { decoded, result } = selected([written(stock('east')), same, removed], sites)
    const [east, kept, west] = decoded.map(({ change }) => change)
    expect(result.entries).toEqual([
      { position: 0, change: east, touches: [true, false] },
      { position: 2, change: west, touches: [false, true] },
    ])
    expect([...result.verdicts]).toEqual([
      [east, [true, false]],
      [kept, [true, false]],
    ])
  })

  test('is no verdict where all targets hold the new state', () => {
    const { decoded, result } = selected([written(stock('east')), streamRecord({ oldImage: stock('east') })], {
      east: at('east'),
    })
    expect(result.entries.map(({ change, touches }) => [change, touches])).toEqual(
      decoded.map(({ change }) => [change, 'all']),
    )
    expect(result.verdicts.size).toBe(0)
  })

  test('of a filter that throws is its error, as the cause of the poison', () => {
    const cause = new Error('filter bug')
    const record = written(stock('east'))
    const when = () => {
      throw cause
    }
    expect(selected([record], { east: when }).result).toMatchObject({
      entries: [],
      poison: [{ position: 0, raw: record, error: { code: 'RECORD_UNDECODABLE', cause } }],
    })
  })
})

test('a filter that throws makes poison of its record alone', async () => {
  const when = (item: InventoryItem) => {
    if (item['site'] === 'east') throw new Error('filter bug')
    return true
  }
  const other = written({ ...stock('west'), sku: 'B2' })
  const { got, letters, failed } = await synced<InventoryItem>([written(stock('east')), other], {}, { east: when })
  expect(got.map(({ key }) => key)).toEqual(['B2'])
  expect(letters).toMatchObject([{ type: 'poison', reason: 'A `when` filter threw.' }])
  expect(failed).toEqual([])
})

test('a version attribute that went backwards is counted and logged (history 2)', async () => {
  const item = { ...inventoryItem, version: { attribute: 'v' } }
  const { metrics, lines } = await synced<InventoryItem>(
    [written(stock('east', 1, { v: 1 }), stock('east', 2, { v: 2 }))],
    { item },
  )
  expect(metrics.total('VersionRegressed')).toBe(1)
  expect(lines.join('\n')).toContain('went backwards')
})

describe('what counts as a removal by time to live', () => {
  const removal = streamRecord({ oldImage: stock('east') })
  test.for<readonly [string, StreamRecord, readonly string[]]>([
    ['one of the service', { ...removal, userIdentity: byTimeToLive }, []],
    ['none without an identity', removal, ['east removal']],
    ['none of nobody', { ...removal, userIdentity: null }, ['east removal']],
    ['none whose identity is a text', { ...removal, userIdentity: 'Service' }, ['east removal']],
    ['none of another type', { ...removal, userIdentity: { ...byTimeToLive, type: 'Root' } }, ['east removal']],
    ['no write of the service', { ...written(stock('east')), userIdentity: byTimeToLive }, ['east upsert']],
  ])('%s', async ([, record, expected]) => {
    const { got, letters } = await synced<InventoryItem>([record], { ttl: 'ignore' })
    expect([got.map(({ target, type }) => `${target} ${type}`), letters]).toEqual([expected, []])
  })
})

describe('which targets a write concerns', () => {
  const item = { ...inventoryItem, fields: ['quantity', 'site'] }
  const all = { east: at('east'), west: at('west'), every: undefined }
  const same = { note: 'a' }
  const other = { note: 'b' }
  test.for<readonly [string, StreamRecord, readonly string[]]>([
    ['one field of two differs', written(stock('east', 2), stock('east', 1)), ['east upsert', 'every upsert']],
    ['nothing that counts differs', written(stock('east', 1, same), stock('east', 1, other)), []],
    ['it moves', written(stock('west'), stock('east')), ['east removal', 'every upsert', 'west upsert']],
    ['it appears', written(stock('west')), ['every upsert', 'west upsert']],
    ['it goes', streamRecord({ oldImage: stock('west') }), ['every removal', 'west removal']],
    ['it leaves all filters but one', written(stock('north'), stock('west')), ['every upsert', 'west removal']],
    ['it was nowhere', written(stock('east'), stock('north')), ['east upsert', 'every upsert']],
  ])('%s', async ([, record, expected]) => {
    const { got } = await synced<InventoryItem>([record], { item }, all)
    expect(got.map(({ target, type }) => `${target} ${type}`).sort()).toEqual(expected)
  })
})
