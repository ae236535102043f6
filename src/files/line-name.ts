/** As a person would look for it: `stock.csv, line 812,345`. */
export function lineName(file: string, line: number): string {
  return `${file}, line ${line.toLocaleString('en')}`
}
