import { compareVersions } from '../core/version.ts'
import type { ReadLetter } from './read-letter.ts'

interface Sequence<Item> {
  readonly letters: readonly ReadLetter<Item>[]
  /** A FIFO queue's message group must not go on after a failure; letters of one item in a standard queue may. */
  readonly stops: boolean
}

/**
 * Takes a queue's batch in rounds: letters of one message group, or of one item, go one after the other. A message group
 * stops at its first failure. Answers the letters that must stay in the queue.
 */
export async function rounds<Item>(
  letters: readonly ReadLetter<Item>[],
  applyRound: (letters: readonly ReadLetter<Item>[]) => Promise<ReadonlySet<ReadLetter<Item>>>,
): Promise<readonly ReadLetter<Item>[]> {
  const left = new Set<ReadLetter<Item>>()
  let sequences = inSequences(letters)
  while (sequences.length > 0) {
    const heads = sequences.flatMap(({ letters: [head] }) => (head ? [head] : []))
    const failed = await applyRound(heads)
    sequences = sequences.flatMap(({ letters: [head, ...rest], stops }) => {
      if (!head) return []
      if (failed.has(head)) left.add(head)
      if (failed.has(head) && stops) for (const letter of rest) left.add(letter)
      return rest.length === 0 || left.has(rest[0] as ReadLetter<Item>) ? [] : [{ letters: rest, stops }]
    })
  }
  return letters.filter((letter) => left.has(letter))
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
