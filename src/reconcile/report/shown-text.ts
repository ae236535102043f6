/** What would be obeyed, or cannot be seen: control, format, private, unassigned and ignorable characters, halves of pairs, line ends. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\\]/u
const mark = /\p{M}/u
const plain = /^[ -[\]-~]*$/

/** Two columns of a terminal: East Asian wide and fullwidth characters, and emoji. https://www.unicode.org/reports/tr11/ */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u

/** More than any language stacks upon one letter: what goes beyond would cover its neighbours. */
const mostInOne = 8

const letters = new Intl.Segmenter('en')

/**
 * A text from outside, so that it can be shown anywhere: what cannot be seen, or would be obeyed, is escaped as `\n`,
 * `\x1b` or `\u{202e}`, a backslash as `\\`; what takes more than `most` columns of a terminal ends in `…`.
 */
export function shownText(text: string, most: number): string {
  if (plain.test(text)) return cutText(text, most)
  const start = text.slice(0, most * mostInOne)
  const shown = [...letters.segment(start)].map(({ segment }) => shownSegment(segment)).join('')
  return cutText(start === text ? shown : `${shown}…`, most)
}

/** A text without anything to escape, with `…` for what takes more than `most` columns of a terminal. */
export function cutText(text: string, most: number): string {
  if (text.length <= most && plain.test(text)) return text
  let [taken, end] = [0, 0]
  for (const { segment, index } of letters.segment(text)) {
    taken += columnsOf(segment)
    if (taken > most) return `${text.slice(0, end)}…`
    if (taken < most) end = index + segment.length // there is room for the ellipsis yet
  }
  return text
}

/** Columns of a terminal that a text takes, if it holds nothing to escape. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length
  let width = 0
  for (const { segment } of letters.segment(text)) width += columnsOf(segment)
  return width
}

function columnsOf(letter: string): number {
  return wide.test(letter) ? 2 : 1
}

function shownSegment(segment: string): string {
  const characters = Array.from(segment)
  const isLoose = characters.length > mostInOne || mark.test(characters[0] ?? '')
  return characters
    .map((character) => (unseen.test(character) || (isLoose && mark.test(character)) ? escaped(character) : character))
    .join('')
}

const short: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
])

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return short.get(character) ?? (code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`)
}
