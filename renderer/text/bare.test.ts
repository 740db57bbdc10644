/** No view says a word of its own: what people read, or hear read, comes from `renderer/text`. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'vue/compiler-sfc'

/** Attributes, and props of this program's components, that are read. */
const read = new Set(['title', 'label', 'aria-label', 'aria-roledescription', 'aria-valuetext', 'placeholder', 'alt', 'text', 'hint', 'description', 'action', 'meaning', 'term', 'note', 'value-text', 'error'])
/** Kinds of nodes, as @vue/compiler-core numbers them. */
const [element, plainText, interpolation, attribute, directive] = [1, 2, 5, 6, 7] as const

interface Node {
  readonly type: number
  readonly loc: { readonly start: { readonly line: number } }
  readonly content?: string | { readonly content: string }
  readonly children?: readonly Node[]
  readonly props?: readonly Attribute[]
}
interface Attribute {
  readonly type: number
  readonly name: string
  readonly loc: { readonly start: { readonly line: number } }
  readonly value?: { readonly content: string }
  readonly arg?: { readonly content: string }
  readonly exp?: { readonly content: string }
}

const hasWord = (words: string): boolean => /\p{L}{2}/u.test(words.replaceAll(/&\w+;/g, ''))
/** Literals of an expression that read like words: more than one, or one that begins large. */
const literals = (expression: string): string[] => [...expression.matchAll(/'([^']*)'|`([^`]*)`/g)].map(([, plain, template]) => plain ?? template!.replaceAll(/\$\{[^}]*\}/g, ' '))
const wordsIn = (expression: string): string[] => literals(expression).filter((one) => hasWord(one) && (/\p{L}\s+\p{L}|\p{L}\s|\s\p{L}/u.test(one) || /^\p{Lu}\p{Ll}/u.test(one)))

function bareIn(node: Node): { readonly line: number; readonly words: string }[] {
  const { line } = node.loc.start
  const own: { line: number; words: string }[] = []
  if (node.type === plainText && hasWord(String(node.content))) own.push({ line, words: String(node.content).trim() })
  if (node.type === interpolation) own.push(...wordsIn((node.content as { content: string }).content).map((words) => ({ line, words })))
  if (node.type === element) {
    for (const { type, name, loc, value, arg, exp } of node.props ?? []) {
      if (type === attribute && read.has(name) && hasWord(value?.content ?? '')) own.push({ line: loc.start.line, words: `${name}="${value!.content}"` })
      if (type === directive && name === 'bind' && read.has(arg?.content ?? '')) own.push(...wordsIn(exp?.content ?? '').map((words) => ({ line: loc.start.line, words: `${arg!.content}: ${words}` })))
    }
  }
  return [...own, ...(node.children ?? []).flatMap(bareIn)]
}

const renderer = path.resolve(import.meta.dirname, '..')

it('no template holds words', () => {
  const found = globSync('**/*.vue', { cwd: renderer }).sort().flatMap((file) => {
    const { descriptor } = parse(readFileSync(path.join(renderer, file), 'utf8'))
    return descriptor.template?.ast ? bareIn(descriptor.template.ast as unknown as Node).map(({ line, words }) => `${file}:${line}  ${words}`) : []
  })
  expect(found).toEqual([])
})

/** Literals that read like sentences or headings: a large letter, and another word after its own. What goes wrong is said where it does. */
function sentencesIn(script: string): { readonly line: number; readonly words: string }[] {
  const code = script.replaceAll(/\/\*[^]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
  return code.split('\n').flatMap((line, n) =>
    /^\s*\/\/|new Failure\(/.test(line) ? [] : literals(line).filter((one) => /^\s*\p{Lu}\p{Ll}*\s+\p{L}{2}/u.test(one)).map((words) => ({ line: n + 1, words })),
  )
}

it('no script of a view holds sentences', () => {
  const files = globSync('{features,ui,composables}/**/*.{vue,ts}', { cwd: renderer }).filter((file) => !file.endsWith('.test.ts')).sort()
  const found = files.flatMap((file) => {
    const source = readFileSync(path.join(renderer, file), 'utf8')
    const script = file.endsWith('.vue') ? (parse(source).descriptor.scriptSetup?.content ?? '') : source
    return sentencesIn(script).map(({ line, words }) => `${file}:${line}  ${words}`)
  })
  expect(found).toEqual([])
})
