/** One link of a `Link` header. */
export interface Link {
  readonly target: string
  /** Parameters by name in lower case; of one that comes twice, the first. */
  readonly parameters: ReadonlyMap<string, string>
}

/** A parameter, or the end of them: token, white space, equals sign, then a token or a quoted text. */
const parameter =
  /[ \t]*;[ \t]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*(?:=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?)?/y
const target = /[\s,]*<([^<>]*)>/y
const end = /[ \t]*(?:,[\s,]*|$)/y

/**
 * The links of a `Link` header, or of several joined by commas; undefined for what is none.
 * https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function parseLinks(header: string): readonly Link[] | undefined {
  const links: Link[] = []
  let at = 0
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(header)
    if (found) at = pattern.lastIndex
    return found
  }
  while (header.slice(at).trim() !== '') {
    const [, uri] = match(target) ?? []
    if (uri === undefined) return undefined
    const parameters = new Map<string, string>()
    for (let found = match(parameter); found; found = match(parameter)) {
      const [, name, quoted, token] = found
      const value = quoted?.replace(/\\(.)/g, '$1') ?? token ?? ''
      if (name !== undefined && !parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value)
    }
    if (!match(end)) return undefined
    links.push({ target: uri.trim(), parameters })
  }
  return links
}

/** Where the first link leads whose relation is `next`; it is not meant of another page than this one. */
export function nextLink(links: readonly Link[]): string | undefined {
  const isNext = ({ parameters }: Link): boolean =>
    (parameters.get('rel') ?? '').toLowerCase().split(/\s+/).includes('next') && !parameters.has('anchor')
  return links.find(isNext)?.target
}
