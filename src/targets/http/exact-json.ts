import { exactNumber } from '../../core/number.ts'
import { decimalText } from './decimal-text.ts'

/** Strings are matched to be passed over: what looks like a number inside of them is none. */
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Parses JSON without rounding: numbers that a `number` cannot hold become `bigint` or `{ value: '…' }`, as in an item of
 * the table, which knows neither exponents nor zeros at the end.
 *
 * @throws SyntaxError for what is no JSON, DecodeError for a number beyond anything that a table can hold.
 */
export function exactJson(text: string): unknown {
  const parsed: unknown = JSON.parse(text)
  // Up to 15 significant digits survive a double; a short text without exponent holds no other number.
  if (!/\d[\d.]{15}|\d[eE]/.test(text)) return parsed
  const name = freeName(text + JSON.stringify(parsed))
  const marked = text.replace(stringOrNumber, (literal) =>
    literal.startsWith('"') || typeof exactNumber(literal) === 'number' ? literal : `{"${name}":"${literal}"}`,
  )
  return JSON.parse(marked, (_key, value: unknown) => {
    const literal = typeof value === 'object' && value !== null && (value as Record<string, unknown>)[name]
    return typeof literal === 'string' ? exactNumber(decimalText({ value: literal }) ?? literal) : value
  })
}

/** A property name that stands neither in the text nor, unescaped, in its values. */
function freeName(taken: string): string {
  let name = '#'
  while (taken.includes(name)) name += '#'
  return name
}
