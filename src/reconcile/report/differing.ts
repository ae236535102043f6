import { sameValue } from '../../core/diff.ts'
import { isNumberValue } from './json-value.ts'
import { numberText } from './number-text.ts'
import { shownText } from './shown-text.ts'
import type { AnyDrift } from './shown-report.ts'

const mostAttributes = 3
const mostOfValue = 24

type Attributes = Readonly<Record<string, unknown>>

/** What a drift's two sides say, in a few words: `quantity 40 → 3`. */
export function differing(drift: AnyDrift): string {
  const { kind } = drift
  const [expected, held] = [attributesOf(drift.expected), attributesOf(drift.held)]
  if (kind === 'duplicate') return 'held more than once'
  if (kind !== 'mismatch') {
    const only = kind === 'missing' ? expected : held
    return only && 'quantity' in only ? `quantity ${valueText(only['quantity'])}` : ''
  }
  if (!expected || !held) return ''
  const names = Object.keys(expected).filter((name) => !sameValue(expected[name], held[name]))
  const ordered = ['quantity', ...names.filter((name) => name !== 'quantity')].filter((name) => names.includes(name))
  const shown = ordered
    .slice(0, mostAttributes)
    .map((name) => `${shownText(name, mostOfValue)} ${valueText(expected[name])} → ${valueText(held[name])}`)
  return [...shown, ...(ordered.length > mostAttributes ? ['…'] : [])].join(', ')
}

function attributesOf(item: unknown): Attributes | undefined {
  return typeof item === 'object' && item !== null ? (item as Attributes) : undefined
}

function valueText(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'none'
    case 'number':
    case 'bigint':
      return numberText(value)
    case 'string':
      return `"${shownText(value, mostOfValue)}"`
    case 'boolean':
      return String(value)
    default:
      return objectText(value)
  }
}

/** An object's inside would fill the line; that it differs is enough. */
function objectText(value: unknown): string {
  if (value === null) return 'null'
  if (isNumberValue(value)) return numberText(value.value)
  if (value instanceof Uint8Array) return `${numberText(value.length)} bytes`
  if (value instanceof Set) return `a set of ${numberText(value.size)}`
  return Array.isArray(value) ? `a list of ${numberText(value.length)}` : 'a map'
}
