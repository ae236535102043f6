import { isSyncError, TargetRejectedError } from '../../errors.ts'
import { jsonText } from './json-text.ts'

/** @throws TargetRejectedError when the body function throws, or makes what JSON cannot carry. */
export function bodyOf<Item>(item: Item, body: (item: Item) => unknown): string {
  let text: string | undefined
  try {
    text = jsonText(body(item))
  } catch (cause) {
    if (isSyncError(cause)) throw cause
    throw new TargetRejectedError('The body function threw an error, or made what is no JSON.', { cause })
  }
  if (text === undefined)
    throw new TargetRejectedError('The body function returned nothing that JSON can carry. Return null to send null.')
  return text
}
