import { isSyncError } from '../errors.ts'
import { shownText } from '../reconcile/report/shown-text.ts'

const longest = 500
const mostCauses = 3

/** An error in a line or two, for a person: its words and those of what caused it, nothing of a stack. */
export function explained(error: unknown): string {
  const told: string[] = []
  for (
    let one = error, count = 0;
    one !== undefined && one !== null && count < mostCauses;
    one = causeOf(one), count++
  ) {
    const words = wordsOf(one)
    if (words !== '' && !told.some((earlier) => earlier.includes(words) || isToldBy(earlier, one))) told.push(words)
  }
  return shownText(told.join(' Because: '), longest)
}

/** A message that names a system's error by its code has said it all. */
function isToldBy(earlier: string, error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && earlier.includes(code)
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'Something was thrown that is no error.'
  const message = error.message.split('\n').join(' ').trim()
  if (isSyncError(error) || error.name === 'Error') return message
  return message === '' ? error.name : `${error.name}: ${message}`
}
