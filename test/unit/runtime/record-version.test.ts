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

  test('never went backwards', () => {
    expect(bySequence().of(recordOf({ now: N('1'), before: N('2') }))).toEqual({
      version: `000000/${label}/${sequence('111')}`,
      regressed: false,
    })
  })

  test.for([5, null, {}])('refuses the sequence number %o by its field, and says what to hand over', (number) => {
    const record = recordOf({ number: number as never })
    for (const versions of [bySequence(), byAttribute()])
      expect(() => versions.of({ ...record, dynamodb: { ...record.dynamodb, NewImage: { v: N('1') } } })).toThrow(
        '`dynamodb.SequenceNumber` is no text. Hand over the record as DynamoDB Streams delivers it.',
      )
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
    for (const part of [{}, { dynamodb: {} }])
      expect(() => bySequence().of({ eventSourceARN: arn, ...part })).toThrow('no sequence number')
    for (const from of [
      '',
      'arn:aws:dynamodb:x:1:table/stock',
      `${arn}/more`,
      arn.replace('2026', 'é'),
      `${arn}${'0'.repeat(28)}`,
    ])
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

  test.for([null, 5, 'v', { S: 5 }, { S: null }, { N: 5 }, { B: '' }, [], {}])(
    'refuses %o, which is no attribute, as missing',
    (v) => {
      const record = { ...recordOf({}), eventName: 'INSERT', dynamodb: { NewImage: { v }, SequenceNumber: '111' } }
      expect(() => byAttribute().of(record)).toThrow('"v" is missing')
    },
  )

  test('reads an integer that is written with an exponent', () => {
    const { version } = byAttribute().of(recordOf({ now: N('1.2E+3') }))
    expect(version).toContain(`/${'1200'.padStart(38, '0')}/`)
  })

  describe('has one form, that of most items', () => {
    const of = (sku: string, now: object) => {
      const record = recordOf({ now })
      return { ...record, dynamodb: { ...record.dynamodb, Keys: { sku: S(sku) } } }
    }
    const day = S('2026-03-01')

    test.for([
      ['an integer among texts', N('1'), day],
      ['a text among integers', day, N('1')],
      ['a text of another length', S('2026-03-01T10'), day],
      ['a text of as many digits as an integer has', S('0'.repeat(38)), N('0')],
    ] as const)('%s is refused, wherever it stands', ([, odd, usual]) => {
      for (const place of [0, 1, 2]) {
        const batch = [of('A', usual), of('B', usual)]
        batch.splice(place, 0, of('C', odd))
        const versions = byAttribute()
        versions.learn(batch)
        expect(() => versions.of(of('C', odd))).toThrow('Use one form with constant length')
        expect(() => [versions.of(of('A', usual)), versions.of(of('B', usual))]).not.toThrow()
      }
    })

    test('one odd item decides nothing, however often it is written or delivered', () => {
      const versions = byAttribute()
      for (let n = 0; n < 1_000; n++) versions.learn([of('odd', N(String(n)))])
      versions.learn([of('A', day)])
      expect(() => versions.of(of('A', day))).not.toThrow()
      versions.learn([of('B', day)])
      expect(() => versions.of(of('B', day))).not.toThrow()
      expect(() => versions.of(of('odd', N('1')))).toThrow('an integer here and a text of 10 characters elsewhere')
    })

    test('is settled by a hundred items', () => {
      const versions = byAttribute()
      const items = (count: number, now: object) => Array.from({ length: count }, (_, n) => of(String(n), now))
      versions.learn(items(99, day))
      versions.learn(items(99, N('1')))
      expect(() => versions.of(of('A', N('1')))).not.toThrow()
      versions.learn(items(100, day))
      versions.learn(items(1_000, N('1')))
      expect(() => versions.of(of('A', N('1')))).toThrow('Use one form')
      expect(() => versions.of(of('A', day))).not.toThrow()
    })

    test('records that cannot be read count for nothing, whatever they are', () => {
      const versions = byAttribute()
      const unread = [
        null,
        5,
        {},
        { dynamodb: null },
        { dynamodb: { NewImage: 5 } },
        { dynamodb: { NewImage: { v: null } } },
      ]
      expect(() => {
        versions.learn([...(unread as StreamRecord[]), of('A', S('é')), of('B', N('-1'))])
      }).not.toThrow()
      expect(() => versions.of(of('C', day))).not.toThrow()
    })
  })

  test.for(['0123456789abcdef', '0123456789012345', '1111'])(
    'by text %s is that text: DynamoDB’s type decides',
    (text) => {
      expect(byAttribute().of(recordOf({ now: S(text) })).version).toBe(`000000/${text}/${label}/${sequence('111')}`)
    },
  )

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

  test.for([N('-1'), N('0.5'), S('é'), { BOOL: true }, { N: 5 }, {}])(
    'of an old image that reads %o does not poison a good new one',
    (before) => {
      expect(byAttribute().of(recordOf({ now: N('1'), before }))).toMatchObject({ regressed: false })
    },
  )

  test('is told to go backwards also where the old image had another form, which the target took', () => {
    const versions = byAttribute()
    expect(versions.of(recordOf({ now: N('1'), before: S('2026-03-01') })).regressed).toBe(true)
    const other = { ...recordOf({ now: N('1') }).dynamodb, Keys: { sku: S('B') } }
    versions.learn([recordOf({ now: N('1'), before: S('2026-03-01') }), { dynamodb: other }])
    expect(versions.of(recordOf({ now: N('1'), before: S('2026-03-01') })).regressed).toBe(false) // refused, it went nowhere
  })
})

test('an old image counts where it is readable and the item stays', () => {
  const regressed = (images: Images) => byAttribute().of(recordOf(images)).regressed
  expect(regressed({ now: N('1'), before: N('2') })).toBe(true)
  expect(regressed({ now: N('2'), before: N('1') })).toBe(false)
  expect(regressed({ now: N('2'), before: N('2') })).toBe(false)
  expect(regressed({ now: N('1'), before: { B: '' } })).toBe(false)
  expect(regressed({ now: N('1') })).toBe(false)
  expect(regressed({ before: N('2') })).toBe(false)
})
