/** Longer than an invocation can last: nobody waits for more. */
const longest = 900_000

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/**
 * `Retry-After` in milliseconds, capped at 15 minutes; undefined where it is missing or makes no sense. A date is read
 * against the answer's own `Date`, so that the clocks need not agree.
 * https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? ''
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text) * 1_000, longest)
  const until = timeOf(text)
  if (until === undefined) return undefined
  const from = timeOf(headers.get('date') ?? '') ?? Date.now()
  return Math.min(Math.max(until - from, 0), longest)
}

function timeOf(text: string): number | undefined {
  if (!httpDate.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
