/**
 * Works on up to `width` pieces at once and yields what came of each, in their order. A piece is taken only when there is
 * room for it, so that nothing piles up. Whatever fails, fails here, once the pieces before it are done.
 */
export async function* inOrder<Piece, Result>(
  pieces: AsyncIterable<Piece>,
  width: number,
  work: (piece: Piece) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = []
  for await (const piece of pieces) {
    const result = work(piece)
    result.catch(() => undefined) // told when its turn comes
    underWay.push(result)
    if (underWay.length < width) continue
    const first = underWay.shift()
    if (first) yield await first
  }
  for (const result of underWay) yield await result
}
