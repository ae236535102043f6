import { expect, test } from 'vitest'
import type { QueueMessage, ReadLetter, ValidLetter } from '../../../src/runtime/read-letter.ts'
import { rounds } from '../../../src/runtime/rounds.ts'

type Letter = ReadLetter<unknown>

function message(messageId: string, group: string | undefined): QueueMessage {
  return { messageId, body: '', ...(group !== undefined && { attributes: { MessageGroupId: group } }) }
}

/** A letter as far as rounds look at it. */
function letter(name: string, key: string, version: string, group?: string): Letter {
  return { message: message(name, group), key, version } as ValidLetter<unknown>
}
const unread = (name: string, group?: string): Letter => ({
  message: message(name, group),
  refusal: 'No letter.',
})
const namesOf = (letters: readonly Letter[]) => letters.map(({ message }) => message.messageId)

/** Which letters each round got, and which stay, where these fail and so many rounds fit the time. */
async function taken(letters: readonly Letter[], fails: readonly string[] = [], most = Infinity) {
  const turns: string[][] = []
  const apply = async (some: readonly Letter[]) => {
    turns.push(namesOf(some).toSorted())
    return new Set(some.filter(({ message }) => fails.includes(message.messageId)))
  }
  const left = await rounds(letters, apply, () => turns.length >= most)
  return { turns, left: namesOf(left) }
}

test('letters of different items go in one round, those of one item one after the other, the oldest first', async () => {
  const letters = [letter('a3', 'A', '3'), letter('b2', 'B', '2'), letter('a1', 'A', '1'), letter('a2', 'A', '2')]
  expect(await taken(letters)).toEqual({ turns: [['a1', 'b2'], ['a2'], ['a3']], left: [] })
})

test('letters of one item and one version go as they came, and without groups a failure stops none', async () => {
  const letters = [letter('first', 'A', '1'), letter('second', 'A', '1'), letter('third', 'A', '1')]
  expect(await taken(letters, ['first', 'second'])).toEqual({
    turns: [['first'], ['second'], ['third']],
    left: ['first', 'second'],
  })
})

test('letters that cannot be read are of no item: all go in the first round', async () => {
  const letters = [unread('x'), letter('a2', 'A', '2'), unread('y'), letter('a1', 'A', '1')]
  expect(await taken(letters, ['x', 'y'])).toEqual({ turns: [['a1', 'x', 'y'], ['a2']], left: ['x', 'y'] })
})

test('a message group keeps its own order, whatever its versions, and ends at its first failure', async () => {
  const letters = [
    letter('g1', 'A', '9', 'g'),
    letter('h1', 'B', '1', 'h'),
    unread('g2', 'g'),
    letter('g3', 'A', '1', 'g'),
    letter('h2', 'B', '2', 'h'),
  ]
  expect(await taken(letters, ['g2'])).toEqual({
    turns: [
      ['g1', 'h1'],
      ['g2', 'h2'],
    ],
    left: ['g2', 'g3'],
  })
})

test('an empty group is a group, too', async () => {
  const letters = [letter('a', 'A', '1', ''), letter('b', 'B', '1', '')]
  expect(await taken(letters)).toEqual({ turns: [['a'], ['b']], left: [] })
})

test('of one item in two groups and in none, the oldest goes first', async () => {
  const letters = [letter('g', 'A', '3', 'g'), letter('h', 'A', '2', 'h'), letter('alone', 'A', '1')]
  expect(await taken(letters)).toEqual({ turns: [['alone'], ['h'], ['g']], left: [] })
})

test('what the time does not reach stays, in the order of the queue', async () => {
  const letters = [
    letter('a2', 'A', '2'),
    letter('a1', 'A', '1'),
    letter('b', 'B', '1', 'g'),
    letter('c', 'C', '1', 'g'),
  ]
  expect(await taken(letters, [], 1)).toEqual({ turns: [['a1', 'b']], left: ['a2', 'c'] })
  expect(await taken(letters, [], 0)).toEqual({ turns: [], left: ['a2', 'a1', 'b', 'c'] })
})
