import fc from 'fast-check'
import type { ItemDefinition } from '../core/item.ts'
import { keyNames, keyOf } from '../core/key.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { streamRecord } from './stream-record.ts'
import { versionAttributes, type VersionAttributes } from './version-attributes.ts'

interface Write<Item> {
  readonly row: Item
  /** Removes the item, if it is there. */
  readonly removes: boolean
  /** Sequence numbers have gaps. */
  readonly gap: number
}

// Real ones have 21 to 40 digits. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
const firstSequence = { min: 10n ** 20n, max: 10n ** 21n }

/** The records of a table that was empty before, and of which only these writes were made. */
export function history<Item>(
  item: ItemDefinition<Item>,
  rows: fc.Arbitrary<Item>,
): fc.Arbitrary<{ Records: StreamRecord[] }> {
  const write = fc.record({ row: rows, removes: fc.boolean(), gap: fc.integer({ min: 1, max: 1_000 }) })
  const attributes = versionAttributes(item)
  return fc
    .tuple(fc.bigInt(firstSequence), fc.array(write, { minLength: 1, maxLength: 12 }))
    .map(([first, writes]) => ({ Records: recordsOf(item, inOrder(writes, attributes), first, attributes) }))
}

/** By version attribute, for it must not fall over the life of a key. */
function inOrder<Item>(writes: readonly Write<Item>[], { textOf }: VersionAttributes<Item>): readonly Write<Item>[] {
  const at = writes.map((write) => ({ write, text: textOf(write.row) ?? '' }))
  return at.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ write }) => write)
}

function recordsOf<Item>(
  item: ItemDefinition<Item>,
  writes: readonly Write<Item>[],
  first: bigint,
  { stored }: VersionAttributes<Item>,
): StreamRecord[] {
  const table = new Map<string, object>()
  const key = keyNames(item)
  let sequence = first
  return writes.map(({ row, removes, gap }) => {
    sequence += BigInt(gap)
    const text = keyOf(item, row)
    const oldImage = table.get(text)
    const facts = { oldImage, key, sequenceNumber: String(sequence) }
    if (removes && oldImage) {
      table.delete(text)
      return streamRecord({ ...facts, oldImage })
    }
    const newImage = stored(row)
    table.set(text, newImage)
    return streamRecord({ ...facts, newImage })
  })
}
