/** What keeps names from naming columns, in words that follow upon where they stand; undefined: nothing. */
export function columnsProblem(names: readonly string[]): string | undefined {
  const taken = new Set<string>()
  for (const [index, name] of names.entries()) {
    const column = `column ${index + 1}`
    if (name.trim() === '') return `leaves ${column} without a name. Name it.`
    if (name === '__proto__') return `names ${column} __proto__, which no attribute can be called here. Rename it.`
    if (taken.has(name)) return `gives ${column} a name that another one has. Rename one of them.`
    taken.add(name)
  }
  return undefined
}

/** The delimiter that a header of one column was perhaps written with. */
export function likelyDelimiter(names: readonly string[]): string | undefined {
  const [only] = names
  if (names.length !== 1 || only === undefined) return undefined
  return [';', '\t', '|', ','].find((one) => only.includes(one))
}
