/** Markup whose texts are escaped. Made by {@link html} alone. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | readonly Html[]

/** A template of markup: every text put into it is escaped for content and for quoted attributes alike. */
export function html(strings: readonly string[], ...parts: readonly Part[]): Html {
  return { markup: strings.map((text, index) => text + markupOf(parts[index] ?? '')).join('') }
}

function markupOf(part: Part): string {
  if (typeof part === 'string') return part.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
}
