const newline = 0x0a
const quote = 0x22

/**
 * Finds whole rows from `from` on: each ends at the first line break that is not within quotes, the last one perhaps with the
 * file. Answers where the first begins that is none yet.
 */
export function rowSpans(
  bytes: Buffer,
  from: number,
  isLast: boolean,
  take: (start: number, end: number, hasQuotes: boolean) => void,
): number {
  let nextQuote = bytes.indexOf(quote, from)
  let start = from
  while (start < bytes.length) {
    if (nextQuote >= 0 && nextQuote < start) nextQuote = bytes.indexOf(quote, start)
    const lineEnd = bytes.indexOf(newline, start)
    const hasQuotes = nextQuote >= 0 && (lineEnd < 0 || nextQuote < lineEnd)
    const end = hasQuotes ? unquotedLineEnd(bytes, nextQuote) : lineEnd
    if (end < 0 && !isLast) return start
    take(start, end < 0 ? bytes.length : end, hasQuotes)
    start = end < 0 ? bytes.length : end + 1
  }
  return start
}

function unquotedLineEnd(bytes: Uint8Array, from: number): number {
  let quoted = false
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) quoted = !quoted
    else if (byte === newline && !quoted) return at
  }
  return -1
}
