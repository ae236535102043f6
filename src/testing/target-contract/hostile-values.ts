/** What any item is, though the type of a caller's own item does not say so: attributes by name. */
type Row = Readonly<Record<string, unknown>>

/**
 * Attributes that are lost or bent on the way through text, columns, objects and floating point. Numbers are as the
 * library reads them off a table: a `number` where that is exact, a `bigint` for other integers, else `{ value }`.
 */
export const hostileValues: readonly (readonly [name: string, attributes: Row])[] = [
  ['letters of any script', { text: '\u{1f600} \uffee \u{10fffd} e\u0301 \u00e9 \u202edcba', nested: ['\u{1f600}'] }],
  ['quotes, escapes and markup', { text: `"\\ ' \` %s \${x} {{x}} <b>&amp; -- ; DROP`, nested: { text: '\\u0041"' } }],
  ['control characters', { text: '\u0001\t\r\n\u001f\u007f\u0085\u2028', nested: ['\u0001\r\n'] }],
  ['a NUL character', { text: 'a\u0000b' }],
  ['64 KB of text', { text: '\u{1f600}'.repeat(16_384) }],
  [
    'empty texts, lists and maps',
    { empty: '', list: [], map: {}, nested: { empty: '', list: [[]], map: { deep: {} } } },
  ],
  ['null and false', { nothing: null, no: false, nested: [null, false, { nothing: null }] }],
  [
    'names of prototypes',
    {
      ['__proto__']: 'data',
      constructor: 'data',
      nested: { ['__proto__']: { deep: true }, list: [{ constructor: 1 }] },
    },
  ],
  [
    'names that need quotes',
    { 'a.b': 1, 'A.b': 2, ' a ': 3, '#a:[0]': 4, size: 'a reserved word', '\u{1f600}': 5, '7': 6 },
  ],
  [
    'the largest safe integers',
    { quantity: Number.MAX_SAFE_INTEGER, least: Number.MIN_SAFE_INTEGER, nested: [Number.MAX_SAFE_INTEGER] },
  ],
  ['integers beyond the safe ones', { first: 9_007_199_254_740_993n, most: 10n ** 38n - 1n, least: 1n - 10n ** 38n }],
  [
    'numbers of 38 digits',
    {
      fraction: { value: '0.12345678901234567890123456789012345678' },
      mixed: { value: '-1234567890123456789.1234567890123456789' },
    },
  ],
  ['tiny and huge numbers', { tenth: 0.1, negative: -1.5e-7, tiny: 1e-130, huge: 9.99e125, nested: [5e-7, -0.3] }],
  ['zero and negative zero', { quantity: -0, zero: 0, nested: [0, -0] }],
]
