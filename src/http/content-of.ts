import { exactJson } from '../core/exact-json.ts'
import type { HttpAnswer } from './send.ts'

/** What an answer holds: parsed JSON with exact numbers, or text where its content type says so; or why there is none. */
export type Content = { readonly value: unknown } | { readonly problem: string }

export function contentOf({ text, headers }: Pick<HttpAnswer, 'text' | 'headers'>): Content {
  const type = headers.get('content-type') ?? 'application/json'
  if (!/^[^;]*[/+]json\s*(?:;|$)/i.test(type)) return { value: text }
  if (text === '') return { value: undefined }
  try {
    return { value: exactJson(text) }
  } catch (error) {
    // The parser's own words quote what they refuse.
    const tooDeep = error instanceof RangeError
    return { problem: tooDeep ? 'nests too deep, or is too long' : 'says that it is JSON, and is none' }
  }
}
