import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import { isDocumented, leafTest, onlyMember, operatorNames } from './filter-operators.ts'
import type { LeafTest, Refuse } from './filter-values.ts'
import { conjunction, type Condition } from './filter-tree.ts'

/** `eventBridge`: all that EventBridge's patterns have. `documented`: only what AWS documents for DynamoDB's records. */
export type FilterSupport = 'eventBridge' | 'documented'

/** How a pattern is read, and what its errors call it. */
export interface PatternReading {
  /** The setting, as one would write it: `filterCriteria.Filters[0].Pattern`. */
  readonly field: string
  readonly support: FilterSupport
}

/** Where in a pattern the reader stands. */
interface Place extends PatternReading {
  /** The record's field. */
  readonly path: readonly string[]
  /** The same for a person: with the branches of `$or` and the alternatives. */
  readonly shown: readonly string[]
}

/** EventBridge refuses more combinations of `$or`'s alternatives. */
const mostCombinations = 1000

/**
 * Reads a pattern as EventBridge defines them; answers whether a record matches. A field of the record matches a list if
 * it, or one of its values where it is a list, matches one alternative; all fields of the pattern have to match, within one
 * element where the record has a list of objects. `exists` speaks of values, never of objects. Of a name given twice the
 * last one counts.
 *
 * Numbers are compared by value; AWS compares what is written: write a number as the record has it. Paths are not joined by
 * dots.
 *
 * @throws ConfigError that names the setting, the place in the pattern and the remedy.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function filterPattern(pattern: string, reading: PatternReading): (record: unknown) => boolean {
  const place = { ...reading, path: [], shown: [] }
  const alternatives = fieldsOf(parse(pattern, refuseAt(place)), place).map(conjunction)
  return (record) => alternatives.some((matches) => matches(record))
}

function parse(pattern: string, refuse: Refuse): unknown {
  try {
    return JSON.parse(pattern)
  } catch {
    return refuse('the pattern is no JSON', 'Give the JSON text of an object, such as \'{"dynamodb":{…}}\'.')
  }
}

/** Each way to fulfil an object of the pattern: lists of conditions, of which one has to hold as a whole. */
function fieldsOf(fields: unknown, place: Place): readonly (readonly Condition[])[] {
  const refuse = refuseAt(place)
  if (!isRecord(fields)) return refuse('the pattern is no object', 'Give an object of fields.')
  const names = Object.entries(fields)
  if (names.length === 0) refuse('an object has no fields', 'Name at least one, or leave the object out.')
  let ways: readonly (readonly Condition[])[] = [[]]
  for (const [name, value] of names) {
    const more = fieldOf(name, value, place)
    if (ways.length * more.length > mostCombinations)
      refuse(
        `the alternatives make more than ${mostCombinations} combinations`,
        'Write fewer alternatives, or several filters.',
      )
    ways = ways.flatMap((way) => more.map((conditions) => [...way, ...conditions]))
  }
  return ways
}

function fieldOf(name: string, value: unknown, outer: Place): readonly (readonly Condition[])[] {
  if (name === '$or' && isOr(value))
    return value.flatMap((alternative, index) => fieldsOf(alternative, within(outer, `$or[${index}]`)))
  const place = { ...within(outer, name), path: [...outer.path, name] }
  const refuse = refuseAt(place)
  if (place.path.length === 1 && name !== 'dynamodb' && place.support === 'documented')
    refuse('AWS documents filters of dynamodb only', "Leave it out, or take undocumented.filters: 'eventBridge'.")
  if (isRecord(value)) return fieldsOf(value, place)
  if (!Array.isArray(value)) return refuse('a value stands alone', 'Put it into a list: ["value"].')
  if (value.length === 0) refuse('a list is empty', 'Name at least one value.')
  return waysOf(value, place)
}

/** Otherwise `$or` is a field like any other. */
function isOr(value: unknown): value is readonly object[] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isRecord)) return false
  return !value.some((alternative) => Object.keys(alternative).some((name) => operatorNames.includes(name)))
}

/** A list asks for one of some values, or, with `exists: false`, for none at all. */
function waysOf(alternatives: readonly unknown[], place: Place): readonly (readonly Condition[])[] {
  const tests: LeafTest[] = []
  let isAbsent = false
  for (const [index, alternative] of alternatives.entries()) {
    const refuse = refuseAt(within(place, String(index)))
    if (place.support === 'documented' && !isDocumented(alternative))
      refuse('AWS documents no such filter of DynamoDB', "Leave it out, or take undocumented.filters: 'eventBridge'.")
    const exists = existence(alternative, refuse)
    if (exists === false) isAbsent = true
    else tests.push(exists ? () => true : leafTest(alternative, refuse))
  }
  const { path } = place
  return [
    ...(tests.length > 0 ? [[{ path, test: (leaf: unknown) => tests.some((test) => test(leaf)) }]] : []),
    ...(isAbsent ? [[{ path, test: undefined }]] : []),
  ]
}

function existence(alternative: unknown, refuse: Refuse): boolean | undefined {
  if (!isRecord(alternative) || !Object.hasOwn(alternative, 'exists')) return undefined
  const [, operand] = onlyMember(alternative, refuse)
  return typeof operand === 'boolean' ? operand : refuse('exists takes true or false', 'Give one of them.')
}

function within(place: Place, step: string): Place {
  return { ...place, shown: [...place.shown, step] }
}

function refuseAt({ field, shown }: Place): Refuse {
  return (problem, remedy) => {
    const at = shown.length === 0 ? '' : `at ${shown.join('.').slice(0, 200)}: `
    throw new ConfigError(field, `${at}${problem}. ${remedy}`)
  }
}
