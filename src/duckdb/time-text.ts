const milliseconds = { day: 86_400_000, largest: 8_640_000_000_000_000 } // a Date reaches 100 million days either way

/** A day as `2026-11-24`; undefined where a Date does not reach. */
export function dayText(days: number): string | undefined {
  return isoText(days * milliseconds.day)?.split('T', 1)[0]
}

/**
 * A point in time as `2026-11-24T10:55:19.000`, with as many more digits as it needs: six where microseconds are not
 * zero, nine for nanoseconds. `unit`: how many of the given ones make a second. Undefined where a Date does not reach.
 */
export function momentText(count: bigint, unit: 1 | 1_000 | 1_000_000 | 1_000_000_000): string | undefined {
  const nanoseconds = count * BigInt(1_000_000_000 / unit)
  const rest = ((nanoseconds % 1_000_000n) + 1_000_000n) % 1_000_000n
  const text = isoText(Number((nanoseconds - rest) / 1_000_000n))
  if (text === undefined) return undefined
  const digits = String(rest).padStart(6, '0')
  const more = rest === 0n ? '' : digits.endsWith('000') ? digits.slice(0, 3) : digits
  return `${text.slice(0, -1)}${more}`
}

function isoText(ms: number): string | undefined {
  return Math.abs(ms) > milliseconds.largest ? undefined : new Date(ms).toISOString()
}
