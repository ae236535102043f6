import { expect, test } from 'vitest'
import { versionForms } from '../../../src/runtime/version-forms.ts'

const integer = 0
const day = 10

test('the usual form is the one that more items have; of as many, none is', () => {
  const forms = versionForms()
  expect([forms.usualInsteadOf(integer), forms.usualInsteadOf(day)]).toEqual([undefined, undefined])
  forms.learn(day, 'A')
  forms.learn(day, 'A')
  expect([forms.usualInsteadOf(integer), forms.usualInsteadOf(day)]).toEqual([day, undefined])
  forms.learn(integer, 'B')
  expect([forms.usualInsteadOf(integer), forms.usualInsteadOf(day)]).toEqual([undefined, undefined])
})

test('the form of a hundred items is the table’s for good', () => {
  const forms = versionForms()
  const learn = (form: number, count: number) => {
    for (let n = 0; n < count; n++) forms.learn(form, String(n))
  }
  learn(day, 99)
  expect(forms.isSettled()).toBe(false)
  learn(day, 100)
  expect(forms.isSettled()).toBe(true)
  learn(integer, 1_000)
  expect([forms.usualInsteadOf(integer), forms.usualInsteadOf(day)]).toEqual([day, undefined])
})
