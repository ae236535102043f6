import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { nextLink, parseLinks } from '../../../src/snapshots/http/links.ts'

const next = (header: string) => {
  const links = parseLinks(header)
  return links === undefined ? 'unreadable' : nextLink(links)
}

describe('a Link header', () => {
  test.for<readonly [header: string, next: string | undefined]>([
    ['', undefined],
    ['  ', undefined],
    ['</2>; rel="next"', '/2'],
    ['</2>;rel=next', '/2'],
    ['</2> ; REL = "Next"', '/2'],
    ['<?a=1,2;3>; rel="next"', '?a=1,2;3'],
    ['<>; rel="next"', ''],
    ['</1>; rel="prev", </2>; rel="next"', '/2'],
    [', </1>; rel="prev",, </2>; rel="next" ,', '/2'],
    ['</2>; rel="last next"; title="x"', '/2'],
    ['</2>; rel="nextpage"', undefined],
    ['</2>; rel="prev"; rel="next"', undefined],
    ['</2>; title="rel=next"', undefined],
    ['</1>; title="</2>; rel=\\"next\\", "; rel="next"', '/1'],
    ["</2>; title*=UTF-8''a%20b; rel=next; crossorigin", '/2'],
    ['</2>; rel="next"; anchor="#part", </3>; rel="next"', '/3'],
    ['</2>; rel="next", </3>; rel="next"', '/2'],
    ['</2>;; rel="next";', '/2'],
    ['/2; rel="next"', 'unreadable'],
    ['</2; rel="next"', 'unreadable'],
    ['</2>; rel="next', 'unreadable'],
    ['</2>; rel="next" x', 'unreadable'],
    ['</2> rel="next"', 'unreadable'],
    ['</1>; rel="prev" </2>; rel="next"', 'unreadable'],
  ])('%s leads to %s', ([header, expected]) => {
    expect(next(header)).toBe(expected)
  })

  const token = fc.stringMatching(/^[a-z]{1,8}$/)
  const text = fc.string({ unit: fc.constantFrom('a', ' ', ',', ';', '"', '\\', '<', '>', '='), maxLength: 8 })
  const link = fc.record({
    target: fc.stringMatching(/^[a-z/?=&,;%]{0,12}$/),
    parameters: fc.dictionary(token, text, { maxKeys: 4, noNullPrototype: true }),
  })

  prop.prop([fc.array(link, { maxLength: 5 }), fc.constantFrom(', ', ' , ', ','), fc.constantFrom('; ', ';', ' ;\t')])(
    'gives back the links that it was written from',
    (links, comma, semicolon) => {
      const written = links.map(({ target, parameters }) => {
        const all = Object.entries(parameters).map(
          ([name, value]) => `${name}="${value.replace(/["\\]/g, (one) => `\\${one}`)}"`,
        )
        return [`<${target}>`, ...all].join(semicolon)
      })
      expect(
        parseLinks(written.join(comma))?.map(({ target, parameters }) => ({
          target,
          parameters: Object.fromEntries(parameters),
        })),
      ).toEqual(links)
    },
  )
})
