import { fc, test } from '@fast-check/vitest'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { asStored, reconcile, type ReconcileReport, type Snapshot } from 'dynamodb-stream-sync'
import { sameFields } from '../../src/core/diff.ts'
import { compareKeys } from '../../src/core/key-order.ts'
import { keyText } from '../../src/core/key.ts'
import { byWeight } from '../../src/reconcile/drift-order.ts'
import type { SnapshotEntry } from '../../src/ports/snapshot.ts'
import { parquetSnapshot } from '../../src/snapshots/parquet.ts'
import { comparedRelations } from '../support/compared-relations.ts'
import { parquetFiles, type ParquetFiles } from '../support/parquet-files.ts'

let files: ParquetFiles
beforeAll(async () => {
  files = await parquetFiles()
})
afterAll(() => files.close())

type Row = Readonly<Record<string, string | number | undefined>>
type ItemKeyNames = ['sku'] | ['sku', 'bin']
interface Place {
  readonly rows: readonly Row[]
  readonly quantity: string
  readonly price: string
}

const skus = fc.constantFrom('a', 'b', 'B', 'ab', 'a b', '\u{1f600}', '\uffee', 'é', "it's", 'a\u0001')
const rows = fc.array(
  fc.record(
    {
      sku: skus,
      bin: fc.constantFrom('x', 'y z', 'y'),
      quantity: fc.constantFrom('0', '1', '7', '-3', '9007199254740993', '9007199254740992'),
      price: fc.constantFrom('0.5', '1.00', '1', '0.1', '12345678901.25', '-0.07', '1e-7'),
      name: fc.constantFrom('', '1', 'one', 'null', '\u{1f600}'),
      note: fc.constantFrom('n', 'm'),
    },
    { requiredKeys: ['sku', 'bin'] },
  ),
  { maxLength: 12 },
)
const quantityTypes = fc.constantFrom('BIGINT', 'BIGINT', 'HUGEINT', 'DECIMAL(20,2)', 'DOUBLE', 'VARCHAR')
const priceTypes = fc.constantFrom('DECIMAL(20,8)', 'DECIMAL(20,8)', 'DECIMAL(38,10)', 'DOUBLE', 'FLOAT')
const place = fc.record({ rows, quantity: quantityTypes, price: priceTypes })

/** Places that share most of their rows, as real ones do, and mostly their types. */
const places = fc
  .tuple(place, fc.array(fc.tuple(fc.boolean(), fc.boolean(), place, fc.nat(12)), { minLength: 1, maxLength: 3 }))
  .map(([source, others]) => [
    source,
    ...others.map(([sharesRows, sharesTypes, own, without]) => ({
      ...(sharesTypes ? source : own),
      rows: sharesRows ? source.rows.filter((_, index) => index !== without) : own.rows,
    })),
  ])
const keys = fc.constantFrom<ItemKeyNames>(['sku'], ['sku', 'bin'])
const fields = fc.constantFrom<readonly string[] | undefined>(['quantity'], ['quantity', 'price', 'name'], undefined)

describe('places that are compared in DuckDB', () => {
  test.prop([places, keys, fields, fc.boolean()], { numRuns: 60 })(
    'give every key that differs or comes twice, with all rows as the snapshots have them, and count the others',
    async (all, key, compared, isWide) => {
      const types = ({ quantity, price }: Place) => ({
        ...{ sku: 'VARCHAR', bin: 'VARCHAR', quantity, price, name: 'VARCHAR' },
        ...(isWide ? { note: 'VARCHAR' } : {}),
      })
      const written = await Promise.all(
        all.map((one, index) => files.rows(`place-${index}.parquet`, one.rows, types(one))),
      )
      const snapshots = written.map((file) => parquetSnapshot({ file, key }))
      const held = await Promise.all(snapshots.map((snapshot) => byKey(snapshot, key)))
      const every = [...new Set(held.flatMap((one) => [...one.keys()]))].sort(compareKeys)
      const [source, ...warehouses] = held

      const { equalKeys, suspects } = await comparedRelations(snapshots, key, compared)

      const found = new Map(suspects.map((one) => [one.key, one]))
      expect([...found.keys()]).toEqual([...found.keys()].sort(compareKeys))
      expect(found.size).toBe(suspects.length)
      expect(equalKeys + suspects.length).toBe(every.length)
      for (const one of every) {
        const [first] = source!.get(one) ?? []
        const names = compared ?? Object.keys(first?.item ?? {})
        const isEqual =
          held.every((rowsOf) => rowsOf.get(one)?.length === 1) &&
          warehouses.every((rowsOf) => sameFields(first!.item, rowsOf.get(one)![0]!.item, names))
        if (!isEqual) expect(found.has(one), `${one} differs`).toBe(true)
        const suspect = found.get(one)
        if (suspect)
          for (const [index, given] of [suspect.source, ...suspect.held].entries()) {
            const there = held[index]!.get(one) ?? []
            expect(given).toMatchObject({ duplicate: there.length > 1, isKnown: true })
            if (there.length === 0) expect(given.entry).toBeUndefined()
            else expect(there.map(({ item }) => item)).toContainEqual(given.entry!.item)
          }
      }
      const isOneType = all.every(({ quantity, price }) => quantity === all[0]!.quantity && price === all[0]!.price)
      if (isOneType && compared)
        // nothing is suspected for nothing
        for (const { key: one } of suspects)
          expect(
            held.every((rowsOf) => rowsOf.get(one)?.length === 1) &&
              warehouses.every((rowsOf) => sameFields(source!.get(one)![0]!.item, rowsOf.get(one)![0]!.item, compared)),
          ).toBe(false)
    },
  )
})

describe('a reconcile that leaves the comparison to DuckDB', () => {
  test.prop([places, keys, fields], { numRuns: 60 })(
    'reports what one reports that reads every row',
    async (all, key, compared) => {
      const types = ({ quantity, price }: Place) => ({
        ...{ sku: 'VARCHAR', bin: 'VARCHAR', quantity, price, name: 'VARCHAR' },
      })
      const written = await Promise.all(
        all.map((one, index) => files.rows(`own-${index}.parquet`, one.rows, types(one))),
      )
      const inPlace = written.map((file) => parquetSnapshot({ file, key }))
      const item = { schema: asStored(), key, ...(compared && { fields: compared }) }
      const report = async ([source, ...held]: readonly Snapshot[]) => {
        const warehouses = Object.fromEntries(held.map((snapshot, index) => [`w${index}`, snapshot]))
        return facts(await reconcile({ source: source!, warehouses }, { item, settleMs: 0 }))
      }

      expect(await report(inPlace)).toEqual(await report(inPlace.map(({ order, pages }) => ({ order, pages }))))
    },
  )
})

/** All but what tells one run from another. Of a key that comes twice, any of the rows is shown. */
function facts({ sample, ...report }: ReconcileReport<Record<string, unknown>>): object {
  const shown = sample.map((drift) => (drift.kind === 'duplicate' ? { ...drift, expected: 0, held: 0 } : drift))
  return { ...report, runId: '', startedAt: 0, endedAt: 0, sample: shown.sort(byWeight) }
}

async function byKey(
  snapshot: ReturnType<typeof parquetSnapshot>,
  key: readonly string[],
): Promise<ReadonlyMap<string, readonly SnapshotEntry[]>> {
  const held = new Map<string, SnapshotEntry[]>()
  const pages = snapshot.pages({ signal: new AbortController().signal })
  for (let page = await pages.next(); !page.done; page = await pages.next())
    for (const entry of page.value) {
      const text = keyText(key, entry.item)
      held.set(text, [...(held.get(text) ?? []), entry])
    }
  return held
}
