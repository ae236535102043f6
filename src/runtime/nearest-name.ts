const longestName = 40

/** The name that was probably meant: at most a third of its letters off, two at least. Undefined where none is near. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  if (given.length > longestName) return undefined
  const near = names
    .map((name) => ({ name, off: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, off }) => off < name.length && off <= Math.max(2, Math.floor(name.length / 3)))
  return near.reduce<(typeof near)[number] | undefined>((a, b) => (a && a.off <= b.off ? a : b), undefined)?.name
}

/** How many letters were left out, put in, changed, or exchanged with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = cell(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const options = [cell(last, j) + 1, cell(row, j - 1) + 1, changed]
      row.push(Math.min(...options, ...(exchanged ? [cell(beforeLast, j - 2) + 1] : [])))
    }
    beforeLast = last
    last = row
  }
  return cell(last, b.length)
}

function cell(row: readonly number[], index: number): number {
  return row[index] ?? Infinity
}
