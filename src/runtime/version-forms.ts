/** What a version attribute looks like: 0 for an integer, else the length of a text. */
export type VersionForm = number

/**
 * Which form the version attributes of a table have. All of them should have one: texts of different lengths, and texts
 * and integers, have no order that means anything. What differs from the others is told by counting items, so that no
 * single record, however early or often it comes, decides against the rest.
 */
export interface VersionForms {
  readonly isSettled: () => boolean
  /** Counts an item. The same one counts once. */
  readonly learn: (form: VersionForm, item: string) => void
  /** The form that more items have than this one; undefined: none does, or nobody knows. */
  readonly usualInsteadOf: (form: VersionForm) => VersionForm | undefined
}

/** Once so many items have a form, it is the table's, and counting ends. */
const enough = 100

export function versionForms(): VersionForms {
  const items = new Map<VersionForm, Set<string>>()
  let settled: VersionForm | undefined

  function mostFrequent(least: number): VersionForm | undefined {
    let [usual, most]: [VersionForm | undefined, number] = [undefined, least]
    for (const [form, { size }] of items) if (size > most) [usual, most] = [form, size]
    return usual
  }

  return {
    isSettled: () => settled !== undefined,
    learn(form, item) {
      if (settled !== undefined) return
      const known = items.get(form) ?? new Set()
      items.set(form, known.add(item))
      if (known.size < enough) return
      settled = form
      items.clear()
    },
    usualInsteadOf(form) {
      if (settled !== undefined) return settled === form ? undefined : settled
      return mostFrequent(items.get(form)?.size ?? 0)
    },
  }
}
