/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const longest = 20_000
const oddKeys = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'toJSON',
  'then',
  'S',
  'N',
  'M',
  'L',
  'B',
  '',
  '0',
  '\ud800',
]
const oddTexts = [
  '',
  '__proto__',
  '\ud800',
  '\u0000',
  '\u2028',
  '🧺',
  'é'.repeat(300),
  '-0',
  '1e400',
  '0x1',
  ' 1',
  '9'.repeat(400),
]
const rawNumbers = [
  '1e999',
  '-1e-9999',
  '1E9999',
  '0.1e-400',
  '1'.repeat(40),
  `0.${'0'.repeat(60)}1`,
  '-0',
  '9007199254740993',
]
const tokens = [
  ...rawNumbers,
  ...oddTexts,
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  'true',
  '\n\n',
  '\\ud800',
  '{"S":',
]

/** A neighbour of a text: bytes flipped or moved, values of its JSON exchanged, keys renamed, nested deeply. */
export function mutated(text: string, other: string, random: () => number): string {
  const below = (end: number) => Math.floor(random() * end)
  const one = <T>(list: readonly T[]) => list[below(list.length)]!
  let result = text
  for (let times = 1 + below(3); times > 0; times--)
    result = random() < 0.6 ? mutatedJson(result, other, below, one) : mutatedText(result, other, below, one)
  return result.slice(0, longest)
}

type Below = (end: number) => number
type One = <T>(list: readonly T[]) => T

function mutatedText(text: string, other: string, below: Below, one: One): string {
  const at = below(text.length + 1)
  const end = at + below(12)
  switch (below(6)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << below(8))) + text.slice(at + 1)
    case 1:
      return text.slice(0, at) + one(tokens) + text.slice(at)
    case 2:
      return text.slice(0, at) + text.slice(end)
    case 3:
      return text.slice(0, end) + text.slice(at)
    case 4:
      return text.slice(0, at) + other.slice(below(other.length + 1))
    default:
      return text.replace(/\d+/g, (digits) => (below(4) === 0 ? one(rawNumbers) : digits))
  }
}

/** The JSON part of a text: all of it, or what follows the head of an HTTP answer. */
function mutatedJson(text: string, other: string, below: Below, one: One): string {
  const start = text.indexOf('\n\n') + 2
  const head = start > 1 ? text.slice(0, start) : ''
  try {
    const root: { value: unknown } = { value: JSON.parse(text.slice(head.length)) }
    const places = placesOf(root)
    const [holder, name] = one(places)
    const [otherHolder, otherName] = one(places)
    const change = below(7)
    if (change === 0) set(holder, name, one<unknown>([null, true, 0, -1, 1e308, 0.1, [], {}, ...oddTexts]))
    else if (change === 1) set(holder, name, `@raw${one(rawNumbers)}`)
    else if (change === 2) set(holder, one(oddKeys), holder[name])
    else if (change === 3) set(holder, name, otherHolder[otherName])
    else if (change === 4 && holder !== (root as object)) Reflect.deleteProperty(holder, name)
    else if (change === 5) set(holder, name, '@deep')
    else set(holder, name, parsedOr(other, 'other'))
    const written = JSON.stringify(root.value)
    return (
      head +
      written.replace(/"@raw([^"]*)"/g, '$1').replace('"@deep"', () => deep(below(below(10) === 0 ? 4_000 : 60), one))
    )
  } catch {
    return mutatedText(text, other, below, one) // no JSON, or one that holds itself by now
  }
}

type Holder = Record<string, unknown>

/** Every member of every object and list, at most 2,000 of them. */
function placesOf(root: object): readonly (readonly [Holder, string])[] {
  const places: (readonly [Holder, string])[] = []
  const open: unknown[] = [root]
  while (open.length > 0 && places.length < 2_000) {
    const holder = open.pop()
    if (typeof holder !== 'object' || holder === null) continue
    for (const [name, value] of Object.entries(holder)) {
      places.push([holder as Holder, name])
      open.push(value)
    }
  }
  return places
}

/** As data, also where the name is __proto__. */
function set(holder: Holder, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true })
}

function parsedOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return otherwise
  }
}

function deep(levels: number, one: One): string {
  const [open, close] = one([
    ['[', ']'],
    ['{"M":{"a":', '}}'],
    ['{"L":[', ']}'],
    ['{"a":', '}'],
  ] as const)
  const times = Math.min(levels, Math.floor(longest / 2 / (open.length + close.length)))
  return `${open.repeat(times)}1${close.repeat(times)}`
}
