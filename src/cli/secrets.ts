/** What a command holds that no message may quote: passwords, as they are written and as they are meant, and a URL's query. */
export function secretsIn(args: readonly string[]): readonly string[] {
  return args.flatMap((arg) => {
    const [, password = ''] = /:\/\/[^/?#\s]*?:([^/?#\s]*)@/.exec(arg) ?? []
    const [, query = ''] = /=?https?:\/\/[^?#\s]*\?([^#\s]*)/i.exec(arg) ?? []
    return [password, decoded(password), query, decoded(query)].filter((secret) => secret !== '')
  })
}

/** Drivers quote what they were given. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
