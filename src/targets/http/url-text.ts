import { Buffer } from 'node:buffer'
import { TargetRejectedError } from '../../errors.ts'
import { decimalText } from './decimal-text.ts'

/** An attribute as text for a URL, not yet encoded. */
export function urlText(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  const decimal = decimalText(value)
  if (decimal !== undefined) return decimal
  throw new TargetRejectedError(
    value === undefined
      ? `The URL needs the attribute "${name}", which this change does not carry. A removal carries the key attributes ` +
          'only, and others where the stream has old images.'
      : `The attribute "${name}" is neither text, number, boolean nor binary, and cannot stand in a URL.`,
  )
}
