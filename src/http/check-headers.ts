import { ConfigError } from '../errors.ts'

/** What the requests say themselves, and what belongs to the connection. */
const reserved = new Set([
  ...['sync-version', 'sync-signature', 'idempotency-key'],
  ...['host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'expect', 'te', 'trailer'],
])

// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 (token) and 5.5 (field values)
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const fieldValue = /^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/

/** @throws ConfigError for a header that cannot be sent. Never shows a value: it may be a token. */
export function checkHeaders(headers: Readonly<Record<string, unknown>>): void {
  const seen = new Set<string>()
  for (const [name, value] of Object.entries(headers)) {
    const field = `headers[${JSON.stringify(name)}]`
    const lower = name.toLowerCase()
    if (!token.test(name)) throw new ConfigError(field, 'is no header name. Use letters, digits and dashes.')
    if (reserved.has(lower)) throw new ConfigError(field, 'is set by the requests themselves. Leave it out.')
    if (seen.has(lower)) throw new ConfigError(field, 'is given twice, in different case. Leave one out.')
    if (typeof value !== 'string') throw new ConfigError(field, `holds a ${typeof value}. Give a text.`)
    if (!fieldValue.test(value))
      throw new ConfigError(
        field,
        'holds a value that no header can carry. Give printable characters without line breaks or spaces at the ends.',
      )
    seen.add(lower)
  }
}
