import type { Decoder } from './decoders.ts'

/** Decoders with the bugs that a fuzzer is there for. */
export const decoders: Readonly<Record<string, Decoder>> = {
  // each step is a branch that one changed character reaches from the one before: by chance alone, one in 10^12
  'behind five steps': (text) => {
    if (text[0] === '!') if (text[1] === 'b') if (text[2] === '}') if (text[3] === '@') if (text[4] === ',') fail()
    return text
  },
  endless: (text) => {
    let end = text.indexOf('}')
    while (text.startsWith('{') && end < 0) end = text.indexOf('}')
    return end
  },
  'all memory': (text) => {
    const copies: number[][] = []
    if (text.startsWith('[')) while (!text.endsWith(']')) copies.push(Array<number>(10_000).fill(0))
    return copies.length
  },
}

function fail(): never {
  throw new TypeError('It cannot be read.')
}
