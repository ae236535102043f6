import { expect, test } from 'vitest'
import { validate } from '../../../src/runtime/validate.ts'

const schemaOf = (answer: () => unknown) => ({
  '~standard': { version: 1 as const, vendor: 'test', validate: answer as () => never },
})

function refusalOf(answer: () => unknown): unknown {
  try {
    return validate(schemaOf(answer), {})
  } catch (error) {
    return error
  }
}

test('what a schema throws is the cause of the refusal', () => {
  const cause = new Error('schema bug')
  const thrown = () => {
    throw cause
  }
  expect(refusalOf(thrown)).toMatchObject({ code: 'RECORD_UNDECODABLE', cause })
})

test('an issue is told by its path, in words of its own where it is the item’s as a whole', () => {
  const issues = [
    { message: 'no' },
    { message: 'not this', path: [] },
    { message: 'nor this', path: ['tags', { key: 1 }, 'name'] },
  ]
  expect(refusalOf(() => ({ issues }))).toMatchObject({
    message: 'The image fails the item schema at the item, tags.1.name.',
    issues: [
      { path: '', message: 'no' },
      { path: '', message: 'not this' },
      { path: 'tags.1.name', message: 'nor this' },
    ],
  })
})
