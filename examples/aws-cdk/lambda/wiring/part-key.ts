/** Where the report of one share of a run is kept, without its ending. */
export function partKey(run: string, index: number): string {
  return `parts/${run}/${index}`
}
