/**
 * Whether bytes of JSON may hold a number that `JSON.parse` would round: one of more than 15 digits, or with an exponent.
 * It looks at every sixteenth byte and at every E, and is right to say no; where it says yes, it may have seen a text.
 */
export function mayRound(bytes: Uint8Array): boolean {
  for (let at = 15; at < bytes.length; at += 16) {
    if (!isDigit(bytes[at])) continue
    const start = startOfRun(bytes, at)
    while (isDigit(bytes[at + 1])) at++
    if (at - start >= 15 && isNumberStart(bytes, start)) return true
  }
  return hasExponent(bytes, 0x65) || hasExponent(bytes, 0x45)
}

function hasExponent(bytes: Uint8Array, letter: number): boolean {
  for (let at = bytes.indexOf(letter); at >= 0; at = bytes.indexOf(letter, at + 1))
    if (isDigit(bytes[at - 1]) && isNumberStart(bytes, startOfRun(bytes, at - 1))) return true
  return false
}

function startOfRun(bytes: Uint8Array, at: number): number {
  let start = at
  while (isDigit(bytes[start - 1])) start--
  return start
}

/** A number stands behind a colon, a comma, a bracket or white space; what stands behind anything else is part of a text. */
function isNumberStart(bytes: Uint8Array, start: number): boolean {
  const before = bytes[start - 1] === 0x2d ? bytes[start - 2] : bytes[start - 1]
  return before === undefined || before === 0x3a || before === 0x2c || before === 0x5b || before <= 0x20
}

/** A decimal point counts as one. */
function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || byte === 0x2e)
}
