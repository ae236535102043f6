/** Memory of two threads, in which one notes the input that it works on, so that the other has it should the first not come back. */
export interface NotedInput {
  /** How many inputs were begun, and the length of the last one. */
  readonly counts: Int32Array
  readonly units: Uint16Array
}

const longest = 100_000

export function newNotedInput(): NotedInput {
  return {
    counts: new Int32Array(new SharedArrayBuffer(8)),
    units: new Uint16Array(new SharedArrayBuffer(2 * longest)),
  }
}

/** Answers with what notes an input, in UTF-16, as it is: it may have lone surrogates. */
export function noted({ counts, units }: NotedInput): (input: string) => void {
  return (input) => {
    const length = Math.min(input.length, longest)
    for (let at = 0; at < length; at++) units[at] = input.charCodeAt(at)
    counts[1] = length
    Atomics.add(counts, 0, 1)
  }
}

export function countOf({ counts }: NotedInput): number {
  return Atomics.load(counts, 0)
}

export function inputOf({ counts, units }: NotedInput): string {
  let input = ''
  for (const unit of units.subarray(0, counts[1])) input += String.fromCharCode(unit)
  return input
}
