import { describe, expect, test } from 'vitest'
import { streamOf, type Stream } from '../../../src/runtime/record-stream.ts'

const label = '2026-03-01T00:00:00.000'
const arn = `arn:aws:dynamodb:eu-west-1:123456789012:table/inventory/stream/${label}`

describe('the stream that a record names', () => {
  test('is told by its ARN: its label, its epoch and the prefix of its versions', () => {
    const stream = streamOf(arn, { [arn]: 7 }, new Map())
    expect([stream.label(), stream.epoch, stream.prefix()]).toEqual([label, 7, `000007/${label}/`])
    expect(streamOf(arn, {}, new Map()).prefix()).toBe(`000000/${label}/`)
  })

  test.each([undefined, '', 5, null, [arn], { arn }, ` ${arn}`, `${arn}/more`, `${arn}/`, arn.replace('arn:', '')])(
    '%j names none',
    (given) => {
      const stream = streamOf(given as never, {}, new Map())
      const undecodable: unknown = expect.objectContaining({ code: 'RECORD_UNDECODABLE' })
      expect(stream.label).toThrow(undecodable)
      expect(stream.prefix).toThrow(undecodable)
    },
  )

  test('is found again, a thousand of them: their names come from outside', () => {
    const known = new Map<string, Stream>()
    for (let n = 0; n < 1_001; n++) streamOf(`${arn}-${n}`, {}, known)
    expect(known.size).toBe(1_000)
    expect(streamOf(`${arn}-999`, {}, known)).toBe(known.get(`${arn}-999`))
    expect(streamOf(`${arn}-1000`, {}, known).label()).toBe(`${label}-1000`)
  })
})
