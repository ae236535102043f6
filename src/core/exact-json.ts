import { plainDecimal } from './decimal-text.ts'
import { exactNumber, type NumberValue, parseDecimal } from './number.ts'

/** Strings are matched to be passed over: what looks like a number inside of them is none. */
const stringOrNumber = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Parses JSON without rounding: numbers that a `number` cannot hold become `bigint` or `{ value: '…' }`, as in an item of
 * the table, which knows neither exponents nor zeros at the end.
 *
 * @throws SyntaxError for what is no JSON, RangeError for what nests some thousand levels deep.
 */
export function exactJson(text: string): unknown {
  const parsed: unknown = JSON.parse(text)
  // Up to 15 significant digits survive a double; a short text without exponent holds no other number.
  if (!/\d[\d.]{15}|\d[eE]/.test(text)) return parsed
  const name = freeName(text + JSON.stringify(parsed))
  const marked = text.replace(stringOrNumber, (literal) =>
    literal.startsWith('"') || typeof numberOf(literal) === 'number' ? literal : `{"${name}":"${literal}"}`,
  )
  return JSON.parse(marked, (_key, value: unknown) => {
    const literal = typeof value === 'object' && value !== null && (value as Record<string, unknown>)[name]
    return typeof literal === 'string' ? numberOf(literal) : value
  })
}

/** A table's numbers lie between 10^-130 and 10^126: written without exponent, others would be longer than the answer. */
const largestExponent = 130

/** One of JSON's numbers, as {@link exactNumber} would have it; beyond a table's range as the answer writes it. */
function numberOf(literal: string): number | bigint | NumberValue {
  const [mantissa = ''] = literal.split(/[eE]/, 1)
  if (!/[1-9]/.test(mantissa)) return 0
  const text = literal.replace(/([eE][+-]?)0+(?=\d)/, '$1')
  const decimal = parseDecimal(text)
  if (!decimal) return { value: literal } // its exponent has five digits or more
  return exactNumber(Math.abs(decimal.exponent) > largestExponent ? text : plainDecimal(decimal))
}

/** A short property name that stands neither in the text nor, unescaped, in its values. */
function freeName(taken: string): string {
  const found = new Set([...taken.matchAll(/#(\d{1,7})(?=#)/g)].map(([, digits]) => Number(digits)))
  let free = 0
  while (found.has(free)) free++
  return `#${free}#`
}
