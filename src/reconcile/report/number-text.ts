import { plainDecimal } from '../../core/decimal-text.ts'
import { parseDecimal } from '../../core/number.ts'

/** A number for a person, exact: `1,234,567.5`. What is no finite number is shown as it is. */
export function numberText(value: number | bigint | string): string {
  const decimal = parseDecimal(String(value))
  // Beyond a table's range, plain digits would be longer than anybody reads.
  if (!decimal || Math.abs(decimal.exponent) > 130) return String(value)
  const [whole = '', fraction] = plainDecimal(decimal).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** As {@link numberText}, with its sign: `+12`, `-3`, `0`. */
export function signedText(value: number): string {
  return value > 0 ? `+${numberText(value)}` : numberText(value)
}

/** A share, rounded down to two decimals, so that `100%` means all of them and `0%` none. */
export function percentText(percent: number): string {
  if (percent > 0 && percent < 0.01) return '<0.01%'
  const floored = Math.floor(percent * 100 + 1e-9) / 100
  return `${
    percent < 100
      ? Math.min(floored, 99.99)
          .toFixed(2)
          .replace(/\.?0+$/, '')
      : '100'
  }%`
}

/** `7 rows`, `1 row`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`
}

/** How long something took, to three digits or so: `950 ms`, `42.1 s`, `3 min 05 s`, `2 h 04 min`. */
export function durationText(ms: number): string {
  if (Number.isNaN(ms)) return 'an unknown time'
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${padded(seconds % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${numberText(Math.floor(minutes / 60))} h ${padded(minutes % 60)} min`
}

function padded(number: number): string {
  return String(number).padStart(2, '0')
}

/** `2026-03-01 10:00:00 UTC`. */
export function timeText(time: Date): string {
  const isValid = !Number.isNaN(time.getTime())
  return isValid
    ? time
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z/, ' UTC')
    : 'at an unknown time'
}
