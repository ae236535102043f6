/** Two words: this text is for a person. Codes, names, separators and formats have no space in them. */
const sentence = /\S \S|^ \S|\S $/

/** What the library says in errors and logs may be worded anew at any time: no test shall hold its words. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'sentences',
    value: {
      shouldIgnore({ node }) {
        const texts =
          node.type === 'StringLiteral'
            ? [node.value]
            : node.type === 'TemplateLiteral'
              ? node.quasis.map((quasi) => quasi.value.raw)
              : []
        return texts.some((text) => sentence.test(text)) ? 'a sentence for a person' : undefined
      },
    },
  },
]
