import { ConfigError } from '../errors.ts'

/** A name as SQL takes it, whatever it holds: `"on hand"`. @throws ConfigError for a name that no column can have. */
export function quoteName(name: string): string {
  if (name === '' || name.includes('\0')) throw new ConfigError('column', 'is empty or holds a NUL. Give its name.')
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as a literal. Backslashes mean nothing in it. https://duckdb.org/docs/stable/sql/data_types/literal_types */
export function quoteText(text: string): string {
  if (text.includes('\0')) throw new ConfigError('text', 'holds a NUL, which SQL cannot take. Leave it out.')
  return `'${text.replaceAll("'", "''")}'`
}
