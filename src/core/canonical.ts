/** A value as text: equal texts for equal content, whatever the order of properties or of a set's members. */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'bigint':
      return `${String(value)}n`
    case 'number':
      return String(value + 0)
    case 'object':
      return value === null ? 'null' : objectText(value)
    default:
      return String(value)
  }
}

function objectText(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`
  if (value instanceof Uint8Array) return `b(${value.join()})`
  if (value instanceof Date) return `d(${String(value.getTime())})`
  if (value instanceof Set) return `s(${[...value].map(canonicalText).sort().join()})`
  if (value instanceof Map)
    return `m(${[...value]
      .map((entry) => canonicalText(entry))
      .sort()
      .join()})`
  const record = value as Readonly<Record<string, unknown>>
  const members = Object.keys(record)
    .filter((name) => record[name] !== undefined)
    .sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalText(record[name])}`).join()}}`
}
