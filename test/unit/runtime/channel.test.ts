import { expect, test } from 'vitest'
import { channel } from '../../../src/runtime/channel.ts'

test('what is not urgent waits for what is, and comes with it in one chunk', async () => {
  const values = channel<string>()
  const chunks: (readonly string[])[] = []
  const reading = (async () => {
    for await (const chunk of values) chunks.push(chunk)
  })()
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  values.push('a', false)
  values.push('b', false)
  await turn()
  expect(chunks).toEqual([])
  values.push('c', true)
  await turn()
  expect(chunks).toEqual([['a', 'b', 'c']])
  values.push('d', false)
  values.close()
  await reading
  expect(chunks).toEqual([['a', 'b', 'c'], ['d']])
})
