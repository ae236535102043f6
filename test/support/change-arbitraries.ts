import fc from 'fast-check'
import type { Change } from 'dynamodb-stream-sync'

export interface Stock {
  readonly quantity: number | bigint
  readonly site?: string | undefined
}

const facts = (key: string, version: string) => ({
  id: `${key}#${version}`,
  key,
  keyAttributes: { sku: key },
  version,
  changedAt: new Date(0),
})

export function upsert(key: string, version: string, item: Stock = { quantity: 1 }): Change<Stock> {
  return { ...facts(key, version), type: 'upsert', item }
}

export function removal(key: string, version: string): Change<Stock> {
  return { ...facts(key, version), type: 'removal' }
}

/** Few versions, so that ties are common. */
export const fewVersions: fc.Arbitrary<string> = fc.constantFrom(
  '-',
  '-~000001',
  '000000/L/1',
  '000000/L/1~000001',
  '000000/L/2',
  '000001/L/1',
)

const stock: fc.Arbitrary<Stock> = fc.record({
  quantity: fc.constantFrom(0, 1, 1n, 2),
  site: fc.constantFrom(undefined, 'east', 'west'),
})

/** Changes of this item: writes and removals, of few versions and contents. */
export function changesOf(key: fc.Arbitrary<string>, version = fewVersions): fc.Arbitrary<Change<Stock>> {
  return fc.oneof(
    fc.tuple(key, version, stock).map((parts) => upsert(...parts)),
    fc.tuple(key, version).map((parts) => removal(...parts)),
  )
}

/** What of a change is state: what a warehouse would hold of it. */
export function stateOf(change: Change<Stock> | undefined) {
  if (!change) return undefined
  const { key, version, type, item } = change
  return { key, version, type, item }
}
