import { compareVersions } from '../core/version.ts'
import type { ReadLetter } from './read-letter.ts'

interface Sequence<Item> {
  readonly letters: readonly ReadLetter<Item>[]
  /** A FIFO queue's message group must not go on after a failure; letters of one item in a standard queue may. */
  readonly stops: boolean
}

/**
 * Takes a queue's batch in rounds. Letters of one message group go one after the other, and so do letters of one item,
 * of whatever groups, the oldest of those whose turn it is first. A message group stops at its first failure. Answers
 * the letters that must stay in the queue: what failed, its group's rest, and what the time did not reach.
 */
export async function rounds<Item>(
  letters: readonly ReadLetter<Item>[],
  applyRound: (letters: readonly ReadLetter<Item>[]) => Promise<ReadonlySet<ReadLetter<Item>>>,
  isOver: () => boolean,
): Promise<readonly ReadLetter<Item>[]> {
  const left = new Set<ReadLetter<Item>>()
  let sequences = inSequences(letters)
  while (sequences.length > 0 && !isOver()) {
    const turn = nextTurn(sequences)
    const failed = await applyRound([...turn])
    for (const letter of failed) left.add(letter)
    sequences = sequences.flatMap((sequence) => {
      const [head, ...rest] = sequence.letters
      if (!head || !turn.has(head)) return [sequence]
      if (failed.has(head) && sequence.stops) for (const letter of rest) left.add(letter)
      return rest.length === 0 || (failed.has(head) && sequence.stops) ? [] : [{ ...sequence, letters: rest }]
    })
  }
  for (const sequence of sequences) for (const letter of sequence.letters) left.add(letter)
  return letters.filter((letter) => left.has(letter))
}

/** The first letter of each sequence, but of each item only the oldest of them. */
function nextTurn<Item>(sequences: readonly Sequence<Item>[]): ReadonlySet<ReadLetter<Item>> {
  const turn = new Map<unknown, ReadLetter<Item>>()
  for (const { letters } of sequences) {
    const [head] = letters
    if (!head) continue
    const item = head.refusal === undefined ? head.key : head // a letter that cannot be read is of no item
    const other = turn.get(item)
    if (!other || byVersion(head, other) < 0) turn.set(item, head)
  }
  return new Set(turn.values())
}

function inSequences<Item>(letters: readonly ReadLetter<Item>[]): readonly Sequence<Item>[] {
  const sequences = new Map<string, { letters: ReadLetter<Item>[]; readonly stops: boolean }>()
  letters.forEach((letter, index) => {
    const group = letter.message.attributes?.MessageGroupId
    const item = letter.refusal === undefined ? `item ${letter.key}` : `message ${String(index)}`
    const name = group === undefined ? item : `group ${group}`
    const sequence = sequences.get(name) ?? { letters: [], stops: group !== undefined }
    sequence.letters.push(letter)
    sequences.set(name, sequence)
  })
  for (const { letters: gathered, stops } of sequences.values()) if (!stops) gathered.sort(byVersion)
  return [...sequences.values()]
}

function byVersion<Item>(a: ReadLetter<Item>, b: ReadLetter<Item>): number {
  return a.refusal === undefined && b.refusal === undefined ? compareVersions(a.version, b.version) : 0
}
