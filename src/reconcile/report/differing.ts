import { sameValue } from '../../core/diff.ts'
import { isNumeric } from '../../core/number-value.ts'
import { isObject } from '../../core/objects.ts'
import { numericText } from './json-value.ts'
import { counted, numberText } from './number-text.ts'
import { shownText } from './shown-text.ts'
import type { AnyDrift } from './shown-report.ts'

const mostAttributes = 3
const mostOfValue = 24

/** What a drift's two sides say, in a few words: `quantity 40 → 3`. */
export function differing(drift: AnyDrift): string {
  const { kind, expected, held } = drift
  if (kind === 'duplicate') return 'held more than once'
  if (kind !== 'mismatch') {
    const only = kind === 'missing' ? expected : held
    return isObject(only) && 'quantity' in only ? `quantity ${valueText(only['quantity'])}` : ''
  }
  if (!isObject(expected) || !isObject(held)) return ''
  const names = Object.keys(expected).filter((name) => !sameValue(expected[name], held[name]))
  const ordered = ['quantity', ...names.filter((name) => name !== 'quantity')].filter((name) => names.includes(name))
  const shown = ordered
    .slice(0, mostAttributes)
    .map((name) => `${shownText(name, mostOfValue)} ${valueText(expected[name])} → ${valueText(held[name])}`)
  return [...shown, ...(ordered.length > mostAttributes ? ['…'] : [])].join(', ')
}

/** An object's inside would fill the line; that it differs is enough. */
function valueText(value: unknown): string {
  if (value === undefined) return 'none'
  if (isNumeric(value)) return numberText(numericText(value))
  if (typeof value === 'string') return `"${shownText(value, mostOfValue)}"`
  if (value === null || typeof value === 'boolean') return String(value)
  if (value instanceof Uint8Array) return counted(value.length, 'byte')
  if (value instanceof Set) return `a set of ${numberText(value.size)}`
  return Array.isArray(value) ? `a list of ${numberText(value.length)}` : 'a map'
}
