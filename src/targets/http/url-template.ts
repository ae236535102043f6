import { ConfigError, TargetRejectedError } from '../../errors.ts'
import { encodedText } from '../../http/encoded-text.ts'
import { urlText } from './url-text.ts'

/** A URL in pieces, normalised: what stands before, between and behind the placeholders. */
export interface UrlTemplate {
  readonly pieces: readonly string[]
  readonly names: readonly string[]
}

/** Stands in for the placeholders while the template is parsed: a private character, which no host may contain. */
const standIn = '\uF8FF'
const encodedStandIn = '%EF%A3%BF'

/** What an encoded value never contains: two placeholders with such a character between them cannot run together. */
const separator = /[^A-Za-z0-9\-._~%]/

/** @throws ConfigError for a template that can be no URL, or whose values could run together or change the server. */
export function urlTemplate(template: string): UrlTemplate {
  const names = [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => String(name))
  const bare = template.replace(/\{[^{}]+\}/g, standIn)
  if (/[{}]/.test(bare)) throw refused(template, 'has a brace without its partner or a name. Write {attribute}.')
  const url = parsed(template, bare)
  if (names.length === 0)
    throw refused(template, 'names no attribute, so that all items had one URL. Write {attribute} where the key goes.')
  const pieces = url.href.split(encodedStandIn)
  if (pieces.length !== names.length + 1)
    throw refused(template, 'has a placeholder where none can be. Put placeholders into the path or the query.')
  if (!pieces.slice(1, -1).every((piece) => separator.test(piece)))
    throw refused(
      template,
      'has two placeholders that could run together, so that two items had one URL. Put a / or a comma between them, or give a function.',
    )
  return { pieces, names }
}

/** @throws TargetRejectedError where an attribute is missing, cannot be written into a URL, or would change its path. */
export function fillTemplate({ pieces, names }: UrlTemplate, attributeOf: (name: string) => unknown): URL {
  let text = pieces[0] ?? ''
  for (const [index, name] of names.entries()) {
    const value = urlText(name, attributeOf(name))
    if (value === '' && !text.includes('?'))
      throw new TargetRejectedError(`The attribute "${name}" is empty, which would change the URL's path.`)
    text += encodedText(value) + (pieces[index + 1] ?? '')
  }
  // Dots are the one thing that no encoding protects: URL parsers read %2E%2E as .. and drop the segment before it.
  if (!URL.canParse(text) || new URL(text).href !== text)
    throw new TargetRejectedError(
      `The attributes ${names.map((name) => `"${name}"`).join(', ')} make a path segment of dots, which a URL cannot carry.`,
    )
  return new URL(text)
}

function parsed(template: string, bare: string): URL {
  if (!URL.canParse(bare))
    throw refused(
      template,
      'is no absolute URL, or has a placeholder in its host. Write https://host/path/{attribute}.',
    )
  const url = new URL(bare)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused(template, `is no http or https URL. Write https://host/path/{attribute}.`)
  if (url.username !== '' || url.password !== '') throw refused(template, 'carries credentials. Put them into headers.')
  if (url.href.includes('#')) throw refused(template, 'has a #, and what follows it is never sent. Leave it out.')
  return url
}

/** Shows the template without what may be secret: all before an @, and the query. */
function refused(template: string, problem: string): ConfigError {
  const bare = template.includes('@') ? `…${template.slice(template.lastIndexOf('@'))}` : template
  const path = bare.replace(/\?.*$/s, '?…')
  return new ConfigError('url', `${JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path)} ${problem}`)
}
