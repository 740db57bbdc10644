/** Commands about images, labels, classes and splits asked with whatever their schemas let in: each is answered as it promises, or refused in words. */
import * as fc from 'fast-check'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contract, type WorkbenchContract } from '../../shared/contract/index.ts'
import { Failure } from '../../shared/failure.ts'
import type { CommandName } from '../../shared/rpc.ts'
import { openedWorkbench, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'
import { scoredProject } from './fixtures/scoredProject.ts'

let bench: OpenedWorkbench
let projectId: string
beforeEach(async () => {
  bench = openedWorkbench()
  projectId = (await scoredProject(bench, [{ name: 'many', train: 30, val: 6 }, { name: 'few', train: 3, val: 4 }, { name: 'none', train: 2, val: 0 }], [{ answers: [1, 1, 2, 1, 3, 1, 2, 1, 2, 3] }, { answers: [1, 2, 2, 1, 1, 1, 2, 2, 2, 1] }])).projectId
})
afterEach(() => bench.close())

const texts = fc.oneof(fc.constantFrom('many', 'few', 'few (deleted)', '\u00001', '\u00002', '__proto__', '\u202e', '\ud800', '%', '*{id}', '(?<x>', '<img src=x onerror=alert(1)>', 'x'.repeat(1024)), fc.string())
const numbers = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom(0.1, 0.5, 0.9, -1, 1e300, 2 ** 32, Number.MAX_SAFE_INTEGER), fc.double())

/** What a schema speaks of, with values on both sides of its limits. */
function valuesOf(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  const { type, entries, wrapped, item, options } = schema as { type: string; entries?: Record<string, v.GenericSchema>; wrapped?: v.GenericSchema; item?: v.GenericSchema; options?: readonly unknown[] }
  switch (type) {
    case 'object':
      return fc.record(Object.fromEntries(Object.entries(entries!).map(([name, one]) => [name, name === 'projectId' ? fc.constant(projectId) : valuesOf(one)]))).map((found) => Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)))
    case 'optional':
      return fc.option(valuesOf(wrapped!), { nil: undefined })
    case 'nullable':
      return fc.option(valuesOf(wrapped!), { nil: null, freq: 3 })
    case 'array':
      return fc.array(valuesOf(item!), { minLength: 0, maxLength: 6 })
    case 'picklist':
      return fc.constantFrom(...options!)
    case 'union':
      return fc.oneof(...(options as v.GenericSchema[]).map(valuesOf))
    case 'literal':
      return fc.constant((schema as v.GenericSchema & { literal: unknown }).literal)
    case 'string':
      return texts
    case 'boolean':
      return fc.boolean()
    default:
      return numbers
  }
}

/** What trains, or reads and writes at places that the texts would name, is not asked for. */
const names = (Object.keys(contract.commands) as CommandName<WorkbenchContract>[]).filter((name) => /^(classes|splits|confusions|dial|analysis)\.|^labels\.(?!export|readFile|importFile)|^images\.(list|ids|get|place|twins|answers)$|^runs\.(compare|compareImages|rename|setNotes)$/.test(name))

test.each(names)('%s', async (name) => {
  const { input, output } = contract.commands[name] as { readonly input: v.GenericSchema; readonly output: v.GenericSchema }
  await fc.assert(
    fc.asyncProperty(valuesOf(input), async (asked) => {
      try {
        expect(v.safeParse(output, await bench.call(name, asked as never)).issues).toBeUndefined()
      } catch (error) {
        expect(error).toBeInstanceOf(Failure)
        expect((error as Failure).code).not.toBe('internal')
      }
    }),
    { numRuns: 40 },
  )
})
