import type { Logger } from '../ports/logger.ts'
import { shownText } from '../reconcile/report/shown-text.ts'

/** What a person should know beside the report: one line for each place, or each sentence. */
export type Notes = Map<string, string>

const longest = 300

/** A logger whose warnings and errors become notes. A place that has one already needs no other. */
export function cliLogger(notes: Notes): Logger {
  const note = (message: string, fields: Readonly<Record<string, unknown>>): void => {
    const place = fields['place'] ?? fields['warehouse'] ?? fields['target']
    const name = typeof place === 'string' ? place : message
    const facts = Object.entries(fields).map(([field, value]) => `${field}: ${String(value)}`)
    if (!notes.has(name))
      notes.set(name, shownText([message, ...(facts.length > 0 ? [`(${facts.join(', ')})`] : [])].join(' '), longest))
  }
  return { info: () => undefined, warn: note, error: note }
}
