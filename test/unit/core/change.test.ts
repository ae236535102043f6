import { describe, expect, test } from 'vitest'
import { asRemoval, changeId, changeMaker } from '../../../src/core/change.ts'
import { removal, upsert } from '../../support/change-arbitraries.ts'

describe('a change', () => {
  test('is known by key and version, one delivered again by what tells it apart too', () => {
    expect(changeId('A1', '000000/L/1')).toBe('A1#000000/L/1')
    expect(changeId('A1', '000000/L/1', 'letter-1')).toBe('A1#000000/L/1#letter-1')
  })

  test('has its previous state read when somebody looks, and once', () => {
    let reads = 0
    const make = changeMaker(() => ({ quantity: ++reads }))
    const change = make('upsert', upsert('A1', 'v1'), { quantity: 9 })
    expect(reads).toBe(0)
    expect([change.previous, change.previous]).toEqual([{ quantity: 1 }, { quantity: 1 }])
  })

  test('as a removal is the same write without its item; a removal is one already', () => {
    const written = upsert('A1', 'v1')
    expect({ ...asRemoval(written) }).toMatchObject({ type: 'removal', id: written.id, key: 'A1', version: 'v1' })
    expect(asRemoval(written).item).toBeUndefined()
    const gone = removal('A1', 'v2')
    expect(asRemoval(gone)).toBe(gone)
  })
})
