import { ConfigError } from 'dynamodb-stream-sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { filterPattern } from '../../src/testing/mapping/filter-pattern.ts'

/** Few letters, so that texts meet. */
const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '*', '\\', '1', 'é'), maxLength: 6 })
const leaf = fc.oneof(text, fc.integer({ min: -5, max: 5 }), fc.boolean(), fc.constant(null))
const name = fc.constantFrom('a', 'b', 'c', '$or', '__proto__')

/** Objects within lists within objects, as a record's images have them. */
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, tie('object'), fc.array(tie('value'), { maxLength: 3 })),
  object: fc.dictionary(name, tie('value'), { maxKeys: 3 }),
}))
const record = fc.dictionary(name, anyValue, { maxKeys: 3 })

function reading(pattern: object): (of: unknown) => boolean {
  return filterPattern(JSON.stringify(pattern), { field: 'Pattern', support: 'eventBridge' })
}

/** Whether one alternative matches one value. */
const judge = (alternative: unknown, value: unknown) => reading({ field: [alternative] })({ field: value })

/** A way from a record to one of its values: the names on it, lists left out. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly [readonly string[], unknown])[] {
  if (Array.isArray(value)) return value.flatMap((element) => pathsOf(element, path))
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([step, member]) => pathsOf(member, [...path, step]))
}

const at = (path: readonly string[], alternatives: readonly unknown[]): object =>
  path.reduceRight<object>((inner, step) => Object.fromEntries([[step, inner]]), alternatives)

/** A record, and one of its values with the way there. */
const located = record
  .map((one) => ({ one, paths: pathsOf(one) }))
  .filter(({ paths }) => paths.length > 0)
  .chain(({ one, paths }) => fc.constantFrom(...paths).map(([path, value]) => ({ one, path, value })))

it('a record matches a pattern that asks for any one of its values, and for its existence', () => {
  fc.assert(
    fc.property(located, ({ one, path, value }) => {
      expect(reading(at(path, [value]))(one)).toBe(true)
      expect(reading(at(path, [{ exists: true }]))(one)).toBe(true)
      expect(reading(at(path, [{ exists: false }]))(one)).toBe(false)
    }),
  )
})

it('exists true and exists false are opposites for any place of any record', () => {
  fc.assert(
    fc.property(record, fc.array(name, { minLength: 1, maxLength: 4 }), (one, path) => {
      expect(reading(at(path, [{ exists: true }]))(one)).toBe(!reading(at(path, [{ exists: false }]))(one))
    }),
  )
})

it('anything-but is the opposite of its values for one value that is there', () => {
  fc.assert(
    fc.property(
      leaf,
      fc.oneof(fc.array(text, { minLength: 1 }), fc.array(fc.integer(), { minLength: 1 })),
      (value, unwanted) => {
        expect(judge({ 'anything-but': unwanted }, value)).toBe(!reading({ field: unwanted })({ field: value }))
      },
    ),
  )
})

it.each(['prefix', 'suffix', 'equals-ignore-case'])('anything-but %s is the opposite of it', (operator) => {
  fc.assert(
    fc.property(
      leaf,
      text.filter((part) => part !== ''),
      (value, part) => {
        expect(judge({ 'anything-but': { [operator]: part } }, value)).toBe(!judge({ [operator]: part }, value))
      },
    ),
  )
})

it('prefix, suffix and equals-ignore-case are those of texts', () => {
  fc.assert(
    fc.property(text, text, (value, part) => {
      expect(judge({ prefix: part }, value)).toBe(value.startsWith(part))
      expect(judge({ suffix: part }, value)).toBe(value.endsWith(part))
      expect(judge({ 'equals-ignore-case': part }, value)).toBe(value.toLowerCase() === part.toLowerCase())
      const folded = { 'equals-ignore-case': part.toUpperCase() }
      expect(judge({ prefix: folded }, value)).toBe(value.toLowerCase().startsWith(part.toLowerCase()))
    }),
  )
})

it('numeric ranges are those of numbers', () => {
  const bound = fc.integer({ min: -6, max: 6 })
  fc.assert(
    fc.property(bound, bound, bound, (value, low, high) => {
      expect(judge({ numeric: ['=', low] }, value)).toBe(value === low)
      expect(judge({ numeric: ['>', low] }, value)).toBe(value > low)
      expect(judge({ numeric: ['<=', low] }, value)).toBe(value <= low)
      fc.pre(low < high)
      expect(judge({ numeric: ['>=', low, '<', high] }, value)).toBe(value >= low && value < high)
      expect(judge({ numeric: ['>', low, '<=', high] }, value)).toBe(value > low && value <= high)
      expect(judge({ numeric: ['>', low, '<=', high] }, String(value))).toBe(false)
    }),
  )
})

it('a wildcard is what a regular expression makes of it', () => {
  const tokens = fc
    .array(fc.constantFrom('a', 'b', '1', '\\*', '\\\\', '*'), { maxLength: 8 })
    .map((all) => all.filter((token, index) => token !== '*' || all[index - 1] !== '*'))
  fc.assert(
    fc.property(tokens, text, (wildcard, value) => {
      const expression = wildcard.map((token) => (token === '*' ? '[^]*' : token)).join('')
      expect(judge({ wildcard: wildcard.join('') }, value)).toBe(new RegExp(`^${expression}$`).test(value))
    }),
    { numRuns: 1000 },
  )
})

it('$or is one of its patterns, fields are all of them', () => {
  const pattern = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.array(leaf, { minLength: 1, maxLength: 2 }), {
    minKeys: 1,
  })
  fc.assert(
    fc.property(pattern, pattern, pattern, record, (one, other, more, of) => {
      const either = reading(one)(of) || reading(other)(of)
      expect(reading({ $or: [one, other] })(of)).toBe(either)
      const rest = Object.fromEntries(Object.entries(more).map(([field, wanted]) => [`${field}${field}`, wanted]))
      const doubled = {
        ...of,
        ...Object.fromEntries(Object.entries(of).map(([field, value]) => [`${field}${field}`, value])),
      }
      expect(reading({ ...rest, $or: [one, other] })(doubled)).toBe(either && reading(rest)(doubled))
    }),
  )
})

it('any text is a pattern or a ConfigError, and no pattern throws on any record', () => {
  const json = fc.oneof(
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ dynamodb: value })),
    fc.string(),
    anyValue.map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(json, fc.anything(), (pattern, of) => {
      try {
        expect(typeof filterPattern(pattern, { field: 'Pattern', support: 'eventBridge' })(of)).toBe('boolean')
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError)
        expect((error as ConfigError).field).toBe('Pattern')
      }
    }),
    { numRuns: 1000 },
  )
})
