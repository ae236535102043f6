export function isWhole(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}

export function isOneOf(value: unknown, values: readonly unknown[]): boolean {
  return values.includes(value)
}
