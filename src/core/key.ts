import { DecodeError } from '../errors.ts'
import type { ItemDefinition } from './item.ts'
import { parseDecimal, type Decimal, type NumberValue } from './number.ts'

/** What a key attribute may be. */
export type KeyAttribute = string | number | bigint | Uint8Array

/** One item's key: its canonical text (the attribute itself where that is one string), and the attributes behind it. */
export interface ItemKey {
  readonly key: string
  readonly keyAttributes: Readonly<Record<string, KeyAttribute>>
}

/**
 * The canonical text of an item's key. Two items have the same text only if they have the same key attributes, and the
 * texts' order in UTF-8 bytes is the order of the attributes one by one.
 *
 * @throws DecodeError when a key attribute is missing, is neither text, number nor binary, or is not well-formed text.
 */
export function keyOf<Item>(item: ItemDefinition<Item>, attributes: Partial<Item>): string {
  return keyText(keyNames(item), attributes)
}

/** The names of an item's key attributes, one or two. */
export function keyNames<Item>({ key: [partition, sort] }: ItemDefinition<Item>): readonly string[] {
  return sort === undefined ? [partition] : [partition, sort]
}

/** As {@link keyOf}, for the names alone. */
export function keyText(names: readonly string[], attributes: Readonly<Record<string, unknown>>): string {
  const [only] = names
  if (names.length === 1 && only !== undefined) {
    const value = attributes[only]
    if (typeof value === 'string' && value !== '') return wellFormed(only, value)
    return encodeAttribute(only, value)
  }
  return names.map((name) => escapeText(encodeAttribute(name, attributes[name]))).join(separator)
}

/** Picks the key attributes out of a row and makes the text. */
export function itemKey(names: readonly string[], attributes: Readonly<Record<string, unknown>>): ItemKey {
  const key = keyText(names, attributes)
  const keyAttributes: Record<string, KeyAttribute> = {}
  for (const name of names) keyAttributes[name] = attributes[name] as KeyAttribute // keyText refused anything else
  return { key, keyAttributes }
}

/**
 * The text of the first attribute in the key text of two. Undefined for what is the beginning of no key text, and cannot
 * be compared with one.
 */
export function firstKeyText(key: string): string | undefined {
  const [first = ''] = key.split(separator, 1)
  const text = first.replace(/!([@-a])/g, (_, mark: string) => String.fromCharCode(mark.charCodeAt(0) - 0x40))
  return escapeText(text) === first ? text : undefined
}

// The separator sorts before every character that an escaped text may hold: a space, with `!` as the escape's mark.
const separator = ' '

function escapeText(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters sort before the separator and must be escaped
  return text.replace(/[\u0000-\u0021]/g, (character) => `!${String.fromCharCode(character.charCodeAt(0) + 0x40)}`)
}

function encodeAttribute(name: string, value: unknown): string {
  if (typeof value === 'string') {
    if (value === '') throw new DecodeError(`The key attribute "${name}" is empty.`)
    return wellFormed(name, value)
  }
  if (typeof value === 'number' || typeof value === 'bigint') return encodeNumber(name, String(value))
  if (value instanceof Uint8Array) return encodeBytes(value)
  if (isNumberValue(value))
    throw new DecodeError(
      `The key attribute "${name}" is a number that JavaScript cannot hold exactly. Use a text attribute as key.`,
    )
  throw new DecodeError(
    value === undefined
      ? `The key attribute "${name}" is missing.`
      : `The key attribute "${name}" is neither text, number nor binary.`,
  )
}

function wellFormed(name: string, text: string): string {
  if (!isWellFormed(text)) throw new DecodeError(`The key attribute "${name}" holds half a surrogate pair.`)
  return text
}

/** Plain text is the rule, and by hand it is checked in less than a pattern takes to start. */
export function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0xd800) return !/\p{Surrogate}/u.test(text)
  return true
}

function encodeBytes(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/** Text whose order is numeric order: sign, exponent, digits; both complemented below zero, with an end mark that sorts last. */
function encodeNumber(name: string, text: string): string {
  const decimal: Decimal | undefined = parseDecimal(text)
  if (!decimal) throw new DecodeError(`The key attribute "${name}" is not a finite number.`)
  const { negative, digits, exponent } = decimal
  if (digits === '') return '0'
  if (!negative) return `1${String(exponent + 500)}.${digits}`
  const complement = digits.replace(/\d/g, (digit) => String(9 - Number(digit)))
  return `-${String(499 - exponent)}.${complement}~`
}

function isNumberValue(value: unknown): value is NumberValue {
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'string'
}
