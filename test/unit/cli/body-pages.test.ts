import { describe, expect, test } from 'vitest'
import { bodyPages } from '../../../src/cli/places/body-pages.ts'
import { placeUrl } from '../../../src/cli/place-url.ts'

const place = (hash: string) => placeUrl('--warehouse lyon', `https://me:secret@lyon.example/stock?limit=2${hash}`)
const none = new Headers()
const linked = new Headers({ link: '</stock?page=2>; rel="next"' })
const rows = [{ sku: 'A1' }]

function read(hash: string, body: unknown, headers = none) {
  const pages = bodyPages(place(hash))
  const { next } = pages
  return {
    rows: pages.rows?.(body, headers),
    next: typeof next === 'function' ? next(body, headers) : (next ?? 'link'),
  }
}

describe('where the rows and the next page are', () => {
  test.each<readonly [string, unknown, string | undefined]>([
    ['', rows, 'link'],
    ['', { total: 1, stock: rows }, 'link'],
    ['', { stock: rows, next: null, hasMore: false }, 'link'],
    ['#rows=data.stock', { data: { stock: rows, other: [] } }, 'link'],
    ['#next=links.next', { stock: rows, links: { next: '/stock?page=2' } }, '/stock?page=2'],
    ['#next=next', { stock: rows, next: null }, undefined],
    ['#next=next', { stock: rows }, undefined],
    ['#next=link', { stock: rows, cursor: 'here' }, 'link'],
    [
      '#cursor=meta.next:after',
      { stock: rows, meta: { next: 'a&b' } },
      'https://lyon.example/stock?limit=2&after=a%26b',
    ],
    ['#cursor=next:page', { stock: rows, next: 3 }, 'https://lyon.example/stock?limit=2&page=3'],
    ['#cursor=next:page', { stock: rows, next: '' }, undefined],
  ])('%s %j', (hash, body, next) => {
    expect(read(hash, body)).toEqual({ rows, next })
  })

  test('a body may tell of a next page that the Link header leads to', () => {
    expect(read('', { stock: rows, next: '/stock?page=2' }, linked)).toEqual({ rows, next: 'link' })
  })
})

describe('what might be half of the rows is refused', () => {
  test.each<readonly [string, unknown, string]>([
    [
      '',
      { stock: rows, next: '/stock?page=2' },
      'The body seems to go on at its member "next". Say how: #next=next for a URL',
    ],
    ['', { stock: rows, nextCursor: 'abc' }, '#cursor=nextCursor:parameter for a cursor'],
    ['', { a: rows, b: rows }, 'The body holds more than one list. Say where the rows are: #rows=data.items.'],
    ['', { total: 1 }, 'The body holds no list.'],
    ['', 'text', 'The body holds no list.'],
    ['', null, 'The body holds no list.'],
    ['#rows=data.items', { data: {} }, 'The body holds no list at "data.items". Correct #rows.'],
    ['#next=next', { stock: rows, next: {} }, 'The body\'s member "next" is no text that could lead to a next page.'],
  ])('%s %j', (hash, body, message) => {
    expect(() => read(hash, body)).toThrow(message)
  })

  test.each([
    ['#next=a&cursor=b:c', '--warehouse lyon: has both next and cursor.'],
    ['#cursor=b', '--warehouse lyon: has a cursor that cannot be read. Write cursor=member:parameter.'],
    ['#nxt=a', '--warehouse lyon: has the parameter "nxt", which is none here. Was next meant?'],
  ])('%s', (hash, message) => {
    expect(() => bodyPages(place(hash))).toThrow(message)
  })
})
