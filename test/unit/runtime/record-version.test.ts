import type { StreamRecord } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'
import { recordVersions } from '../../../src/runtime/record-version.ts'

const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/stock/stream/2026-03-01T00:00:00.000'
const label = '2026-03-01T00:00:00.000'
const sequence = (text: string) => text.padStart(40, '0')

interface Images {
  readonly now?: object
  readonly before?: object
  readonly from?: string | undefined
  readonly number?: string | undefined
}

function recordOf({ now, before, from = arn, number = '111' }: Images): StreamRecord {
  return {
    eventName: now === undefined ? 'REMOVE' : before === undefined ? 'INSERT' : 'MODIFY',
    eventSourceARN: from,
    dynamodb: {
      ...(now && { NewImage: { v: now } }),
      ...(before && { OldImage: { v: before } }),
      SequenceNumber: number,
    },
  }
}

const bySequence = (epochs = {}) => recordVersions({ attribute: undefined, epochs })
const byAttribute = (epochs = {}) => recordVersions({ attribute: 'v', epochs })
const N = (text: string) => ({ N: text })
const S = (text: string) => ({ S: text })
const undecodable = expect.objectContaining({ code: 'RECORD_UNDECODABLE' }) as Error

describe('a version by sequence', () => {
  test('is epoch, stream label and padded sequence', () => {
    expect(bySequence().of(recordOf({})).version).toBe(`000000/${label}/${sequence('111')}`)
    expect(bySequence({ [arn]: 12 }).of(recordOf({})).version).toBe(`000012/${label}/${sequence('111')}`)
    expect(bySequence({ other: 12 }).of(recordOf({})).version).toBe(`000000/${label}/${sequence('111')}`)
  })

  test('lets a higher epoch beat an older label’s sequence (history 3)', () => {
    const replica = arn.replace('2026-03-01', '2025-03-01')
    const versions = bySequence({ [replica]: 1 })
    expect(versions.of(recordOf({ from: replica })).version > versions.of(recordOf({})).version).toBe(true)
  })

  test.for(['', 'x', '1.5', '-1', '9'.repeat(41)])('refuses the sequence number %o', (number) => {
    expect(() => bySequence().of(recordOf({ number }))).toThrow(undecodable)
  })

  test('refuses a record without sequence number, or of no stream', () => {
    expect(() => bySequence().of({ eventSourceARN: arn, dynamodb: {} })).toThrow('no sequence number')
    for (const from of ['', 'arn:aws:dynamodb:x:1:table/stock', `${arn}/more`, arn.replace('2026', 'é')])
      expect(() => bySequence().of(recordOf({ from }))).toThrow('names no stream')
  })
})

describe('a version by attribute', () => {
  test('is epoch, padded integer, label and sequence', () => {
    expect(byAttribute({ [arn]: 1 }).of(recordOf({ now: N('42') })).version).toBe(
      `000001/${'42'.padStart(38, '0')}/${label}/${sequence('111')}`,
    )
  })

  test('may be a time as text', () => {
    const now = S('2026-03-01T10:00:00.000Z')
    expect(byAttribute().of(recordOf({ now })).version).toBe(
      `000000/2026-03-01T10:00:00.000Z/${label}/${sequence('111')}`,
    )
  })

  test('of a removal is in the old image, and stands after the last write (history 1)', () => {
    const versions = byAttribute()
    const written = versions.of(recordOf({ now: N('101'), number: '1' })).version
    const removed = versions.of(recordOf({ before: N('101'), number: '2' })).version
    expect(removed > written).toBe(true)
  })

  test('without sequence numbers ends in 0 for a write and 1 for a removal', () => {
    const image = { Keys: {}, NewImage: { v: N('1') }, OldImage: { v: N('1') } }
    const of = (eventName: string) => byAttribute().of({ eventName, dynamodb: image }).version
    expect(of('MODIFY')).toBe(`000000/${'1'.padStart(38, '0')}/0`)
    expect(of('REMOVE')).toBe(`000000/${'1'.padStart(38, '0')}/1`)
  })

  test.for([N('-1'), N('1.5'), N('1e39'), N('x'), S(''), S('a/b'), S('a~b'), S('é'), { BOOL: true }, { N: 1 }])(
    'refuses %o',
    (now) => {
      expect(() => byAttribute().of(recordOf({ now }))).toThrow(undecodable)
    },
  )

  test('reads an integer that is written with an exponent', () => {
    const { version } = byAttribute().of(recordOf({ now: N('1.2E+3') }))
    expect(version).toContain(`/${'1200'.padStart(38, '0')}/`)
  })

  test('has one form: an integer after a text, or a text of another length, is refused', () => {
    for (const [first, second] of [
      [N('1'), S('2026-03-01')],
      [S('2026-03-01'), N('1')],
      [S('2026-03-01'), S('2026-03-01T10')],
    ] as const) {
      const versions = byAttribute()
      versions.of(recordOf({ now: first }))
      expect(() => versions.of(recordOf({ now: second }))).toThrow('Use one form with constant length')
    }
  })

  test('that is missing, or in an image that the stream does not carry, is refused with the view type to set', () => {
    const noNew: StreamRecord = { eventName: 'MODIFY', eventSourceARN: arn, dynamodb: { SequenceNumber: '1' } }
    expect(() => byAttribute().of(noNew)).toThrow(/new image.*NEW_AND_OLD_IMAGES/)
    expect(() => byAttribute().of({ ...noNew, eventName: 'REMOVE' })).toThrow(/old image.*NEW_AND_OLD_IMAGES/)
    const empty = { ...noNew, dynamodb: { NewImage: {}, SequenceNumber: '1' } }
    expect(() => byAttribute().of(empty)).toThrow('"v" is missing')
  })

  test('that went backwards in one write is told (history 2)', () => {
    const regressed = (now: object, before: object) => byAttribute().of(recordOf({ now, before })).regressed
    expect(regressed(N('1'), N('2'))).toBe(true)
    expect(regressed(N('9'), N('10'))).toBe(true)
    expect(regressed(N('2'), N('2'))).toBe(false)
    expect(regressed(N('10'), N('9'))).toBe(false)
    expect(regressed(S('2026-03-01'), S('2026-03-02'))).toBe(true)
    expect(byAttribute().of(recordOf({ before: N('2') })).regressed).toBe(false)
  })

  test.for([N('-1'), N('0.5'), S('2026-03-01'), { BOOL: true }, { N: 5 }, {}])(
    'of an old image that reads %o does not poison a good new one',
    (before) => {
      expect(byAttribute().of(recordOf({ now: N('1'), before }))).toMatchObject({ regressed: false })
    },
  )
})
