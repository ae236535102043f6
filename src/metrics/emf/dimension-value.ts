const maxLength = 1_024

/** Any name as a dimension value: printable ASCII, something else than blanks, at most 1,024 characters. */
export function dimensionValue(name: string): string {
  if (name.trim() === '') return 'unnamed'
  return name
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .slice(0, maxLength)
}
