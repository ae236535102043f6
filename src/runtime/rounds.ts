import { compareVersions } from '../core/version.ts'
import type { ReadLetter, ValidLetter } from './read-letter.ts'

/** The letters of one message group; a letter of a queue without groups is a sequence of its own. */
type Sequence<Item> = readonly ReadLetter<Item>[]

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
      const [head] = sequence
      if (!head || !turn.has(head)) return [sequence]
      const rest = sequence.slice(1)
      if (failed.has(head)) for (const letter of rest) left.add(letter)
      return rest.length === 0 || failed.has(head) ? [] : [rest]
    })
  }
  for (const sequence of sequences) for (const letter of sequence) left.add(letter)
  return letters.filter((letter) => left.has(letter))
}

/** The first letter of each sequence, but of each item only the oldest of them. */
function nextTurn<Item>(sequences: readonly Sequence<Item>[]): ReadonlySet<ReadLetter<Item>> {
  const unread: ReadLetter<Item>[] = [] // a letter that cannot be read is of no item
  const oldest = new Map<string, ValidLetter<Item>>()
  for (const [head] of sequences) {
    if (!head) continue
    if (head.refusal !== undefined) unread.push(head)
    else {
      const other = oldest.get(head.key)
      if (!other || compareVersions(head.version, other.version) < 0) oldest.set(head.key, head)
    }
  }
  return new Set([...unread, ...oldest.values()])
}

function inSequences<Item>(letters: readonly ReadLetter<Item>[]): readonly Sequence<Item>[] {
  const sequences = new Map<unknown, ReadLetter<Item>[]>()
  for (const letter of letters) {
    const name = letter.message.attributes?.MessageGroupId ?? letter
    const sequence = sequences.get(name)
    if (sequence) sequence.push(letter)
    else sequences.set(name, [letter])
  }
  return [...sequences.values()]
}
