declare module 'istanbul-lib-instrument' {
  export function createInstrumenter(options: {
    readonly esModules: boolean
    readonly compact: boolean
    readonly coverageVariable: string
  }): { readonly instrumentSync: (code: string, path: string) => string }
}
