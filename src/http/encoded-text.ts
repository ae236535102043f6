import { TargetRejectedError } from '../errors.ts'

/** Percent-encodes everything but letters, digits, `-`, `.`, `_` and `~`: safe in a path, a query and a header. */
export function encodedText(text: string): string {
  if (/\p{Surrogate}/u.test(text))
    throw new TargetRejectedError('A text with half a surrogate pair cannot be sent by HTTP.')
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
