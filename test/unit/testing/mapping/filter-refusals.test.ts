import { ConfigError } from 'dynamodb-stream-sync'
import { describe, expect, it } from 'vitest'
import {
  eventSourceMapping,
  type FilterCriteria,
  type MappingOptions,
} from '../../../../src/testing/event-source-mapping.ts'

const filters = (...patterns: readonly object[]): FilterCriteria => ({
  Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })),
})
const ofSku = (...skus: readonly string[]) => ({ dynamodb: { Keys: { sku: { S: skus } } } })

describe('a pattern is refused with its filter, its place and a remedy', () => {
  const leaf = (alternative: unknown) => ({ dynamodb: { Keys: { sku: { S: ['a', alternative] } } } })
  const at = 'dynamodb.Keys.sku.S.1'
  const rows: readonly (readonly [pattern: unknown, told: readonly string[]])[] = [
    ['{', ['no JSON']],
    ['[]', ['the pattern is no object']],
    ['{}', ['no fields']],
    [{ dynamodb: {} }, ['at dynamodb', 'no fields']],
    [{ dynamodb: 'x' }, ['at dynamodb', 'into a list']],
    [{ dynamodb: { Keys: [] } }, ['at dynamodb.Keys', 'at least one']],
    [leaf(['b']), [at, 'a list stands in a list']],
    [leaf({}), [at, 'no single operator', 'prefix']],
    [leaf({ prefix: 'a', suffix: 'b' }), [at, 'no single operator']],
    [leaf({ contains: 'a' }), [at, '"contains" is no operator', 'wildcard']],
    [leaf({ toString: 'a' }), [at, 'no operator']],
    [leaf({ prefix: 5 }), [at, 'takes a text']],
    [leaf({ prefix: { suffix: 'a' } }), [at, 'equals-ignore-case']],
    [leaf({ suffix: null }), [at, 'takes a text']],
    [leaf({ 'equals-ignore-case': ['a'] }), [at, 'takes a text']],
    [leaf({ exists: 'yes' }), [at, 'true or false']],
    [leaf({ 'anything-but': [] }), [at, 'anything-but']],
    [leaf({ 'anything-but': ['a', 5] }), [at, 'only texts or only numbers']],
    [leaf({ 'anything-but': null }), [at, 'anything-but']],
    [leaf({ 'anything-but': { prefix: '' } }), [at, 'empty text']],
    [leaf({ 'anything-but': { numeric: ['=', 5] } }), [at, 'anything-but']],
    [leaf({ 'anything-but': { prefix: [] } }), [at, 'anything-but']],
    [leaf({ numeric: 5 }), [at, 'one comparison or two']],
    [leaf({ numeric: ['=', '5'] }), [at, '5,000,000,000']],
    [leaf({ numeric: ['=', 5_000_000_001] }), [at, '5,000,000,000']],
    [leaf({ numeric: ['!=', 5] }), [at, '= > >= < <=']],
    [leaf({ numeric: ['<', 5, '>', 1] }), [at, 'no such range']],
    [leaf({ numeric: ['>', 5, '<', 5] }), [at, 'n below m']],
    [leaf({ wildcard: 'a**b' }), [at, 'two asterisks']],
    [leaf({ wildcard: 'a\\b' }), [at, 'backslash']],
    [leaf({ wildcard: 'a\\' }), [at, 'backslash']],
    [leaf({ cidr: '10.0.0.1' }), [at, '10.0.0.0/24']],
    [leaf({ cidr: '10.0.0.0/33' }), [at, '10.0.0.0/24']],
    [leaf({ cidr: 'host/8' }), [at, '10.0.0.0/24']],
    [{ $or: [{ a: [1] }] }, ['at $or.0', 'no operator']],
    [{ $or: [{ a: [1] }, {}] }, ['at $or[1]', 'no fields']],
    [{ $or: [{ a: [1] }, { b: ['x', { cidr: '' }] }] }, ['at $or[1].b.1']],
    [combinations(), ['1000 combinations']],
  ]
  it.each(rows)('%j', (pattern, told) => {
    const Pattern = typeof pattern === 'string' ? pattern : JSON.stringify(pattern)
    const error = refusal({ filterCriteria: { Filters: [{ Pattern: '{"a":[1]}' }, { Pattern }] } })
    expect(error.field).toBe('filterCriteria.Filters[1].Pattern')
    for (const text of told) expect(error.message).toContain(text)
  })

  it.each([
    ['filterCriteria', 'all', ['"all"']],
    ['filterCriteria', [{ Pattern: '{}' }], ['this list']],
    ['filterCriteria', { filters: [] }, ['Filters alone']],
    ['filterCriteria.Filters', { Filters: '{}' }, ['no list']],
    ['filterCriteria.Filters', { Filters: Array(11).fill({ Pattern: '{"a":[1]}' }) }, ['11', 'at most 10']],
    ['filterCriteria.Filters[0]', { Filters: [{ pattern: '{"a":[1]}' }] }, ['Pattern alone']],
    ['filterCriteria.Filters[0].Pattern', { Filters: [{}] }, ['no text']],
    ['filterCriteria.Filters[0].Pattern', { Filters: [{ Pattern: { a: [1] } }] }, ['no text']],
    ['filterCriteria.Filters[0].Pattern', { Filters: [{ Pattern: `{"a":["${'x'.repeat(4096)}"]}` }] }, ['4096']],
  ])('%s: %j', (field, filterCriteria, told) => {
    const error = refusal({ filterCriteria })
    expect(error.field).toBe(field)
    for (const text of told) expect(error.message).toContain(text)
  })
})

describe('what AWS documents for DynamoDB’s records', () => {
  const documented = { undocumented: { filters: 'documented' as const } }

  it.each([
    [{ eventName: ['INSERT'] }, 'eventName'],
    [{ $or: [ofSku('a'), { userIdentity: { type: ['Service'] } }] }, 'userIdentity'],
    [{ dynamodb: { SizeBytes: [{ numeric: ['>', 1] }] } }, 'dynamodb.SizeBytes.0'],
    [{ dynamodb: { a: [{ wildcard: '*' }] } }, 'dynamodb.a.0'],
    [{ dynamodb: { a: [{ cidr: '10.0.0.0/8' }] } }, 'dynamodb.a.0'],
    [{ dynamodb: { a: [{ prefix: { 'equals-ignore-case': 'a' } }] } }, 'dynamodb.a.0'],
    [{ dynamodb: { a: ['x', { 'anything-but': { prefix: 'a' } }] } }, 'dynamodb.a.1'],
  ])('%j is not: refused in that reading', (pattern, place) => {
    const error = refusal({ ...documented, filterCriteria: filters(pattern) })
    expect(error.message).toContain(`at `)
    expect(error.message).toContain(place)
    expect(error.message).toContain("undocumented.filters: 'eventBridge'")
  })

  it.each([
    { dynamodb: { a: ['x', '', null, 5, true] } },
    { dynamodb: { a: [{ prefix: 'a' }, { suffix: 'b' }, { 'equals-ignore-case': 'c' }, { 'anything-but': ['d'] }] } },
    { dynamodb: { $or: [{ a: [{ exists: true }] }, { b: [{ exists: false }] }] } },
    { $or: [ofSku('a'), ofSku('b')] },
  ])('%j is', (pattern) => {
    expect(() => construct({ ...documented, filterCriteria: filters(pattern) })).not.toThrow()
  })
})

/** Options that the types would have refused. */
function construct(options: object): void {
  eventSourceMapping({ handler: async () => undefined, records: [], ...(options as Partial<MappingOptions>) })
}

function refusal(options: object): ConfigError {
  try {
    construct(options)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The options were taken.')
}

/** Six lists of four alternatives. */
function combinations(): object {
  const four = (name: string) => ({ $or: [1, 2, 3, 4].map((value) => ({ [name]: [value] })) })
  return Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, four(name)]))
}
