import { filterPattern } from '../../src/testing/mapping/filter-pattern.ts'

/** A record with a value of each kind that patterns tell apart. */
export const filteredRecord = {
  eventName: 'MODIFY',
  userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  dynamodb: {
    SizeBytes: 59,
    Keys: { sku: { S: 'chair-1' } },
    NewImage: {
      sku: { S: 'chair-1' },
      quantity: { N: '12' },
      place: { S: '' },
      sold: { BOOL: false },
      note: { NULL: true },
      address: { S: '10.0.0.33' },
      sixth: { S: '2001:db8::7' },
      path: { S: 'a/lib/b*c\\d' },
      tags: { SS: ['red', 'blue'] },
      parts: { L: [{ M: { kind: { S: 'leg' }, count: { N: '4' } } }, { M: { kind: { S: 'top' } } }] },
      mixed: { L: [{ S: 'x' }, { N: '1' }] },
      none: { L: [] },
    },
  },
  odd: null,
}

/** Whether a pattern matches it, or another record. */
export function matches(pattern: object, of: unknown = filteredRecord): boolean {
  return filterPattern(JSON.stringify(pattern), { field: 'Pattern', support: 'eventBridge' })(of)
}

/** A pattern of one attribute of the new image. */
export const image = (attribute: string, fields: object) => ({ dynamodb: { NewImage: { [attribute]: fields } } })
export const sku = (...alternatives: unknown[]) => image('sku', { S: alternatives })
/** Of the one real number. */
export const size = (...alternatives: unknown[]) => ({ dynamodb: { SizeBytes: alternatives } })

/** One row of a table: a rule, a pattern, and whether it matches. */
export type PatternRow = readonly [rule: string, pattern: object, matches: boolean]
