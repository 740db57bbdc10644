/** Fast mode: the same images in a narrower number type, timed beside float32 in the same call. */
import { readFileSync } from 'node:fs'
import { Failure } from '../../shared/failure.ts'
import type { RunConfig } from '../../shared/recipe.ts'
import type { EvaluateResult } from './contract.ts'
import type { Binding } from './graph/native.ts'
import { imagesPerSecond, timedInTurns } from './stopwatch.ts'

export type FastType = NonNullable<EvaluateResult['fast']>['type']

/** What Linux calls a processor's instructions for bfloat16. */
const bfloat16Flags = ['avx512_bf16', 'amx_bf16']

/**
 * The narrower type that the device computes in at full speed.
 * @throws Failure `unsupported` where it has none, where nobody can tell, and for a run with a router
 */
export function fastTypeOf(binding: Binding, { stage }: Pick<RunConfig, 'stage'>): FastType {
  if (stage === 'router') throw new Failure('unsupported', 'A run with a router is scored in float32 only. Leave the fast mode out, or use it on the run that the router was trained on.')
  if (binding.isUsingGpuDevice()) return 'float16'
  const flags = processorFlags()
  if (flags && bfloat16Flags.some((flag) => flags.has(flag))) return 'bfloat16'
  const missing = flags ? `This processor has no instructions for bfloat16 (neither ${bfloat16Flags.join(' nor ')})` : 'Whether a processor has instructions for bfloat16 is known on Linux only'
  throw new Failure('unsupported', `${missing}, so nothing can be scored in the fast mode here. Leave the fast mode out, or score on a machine with a newer processor or an NVIDIA GPU.`)
}

function processorFlags(): ReadonlySet<string> | undefined {
  if (process.platform !== 'linux') return undefined
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))
  return new Set(line?.[1]!.trim().split(/\s+/))
}

/** What is asked of both. */
interface Guessed {
  /** Best first: [image][guess]. */
  readonly guessClasses: Int32Array
}

export interface FastScores<Answer> {
  /**
   * Scores a batch both ways; who goes first changes from batch to batch.
   * @param from place of its first image
   * @returns float32's answer
   */
  score(pixels: Uint8Array, from: number): Answer
  /** What has been spent on the narrower type. */
  readonly milliseconds: number
  result(): NonNullable<EvaluateResult['fast']>
}

/** @param total images that will be scored, with `guesses` guesses each */
export function fastScores<Answer extends Guessed>(type: FastType, exact: (pixels: Uint8Array) => Answer, narrow: (pixels: Uint8Array) => Answer, { total, guesses }: { readonly total: number; readonly guesses: number }): FastScores<Answer> {
  const classes = new Uint32Array(total)
  const both = timedInTurns(exact, narrow)
  return {
    score(pixels, from) {
      const [answer, { guessClasses }] = both.run(pixels)
      for (let n = 0; n * guesses < guessClasses.length; n++) classes[from + n] = guessClasses[n * guesses]!
      return answer
    },
    get milliseconds() {
      return both.milliseconds[1]
    },
    result: () => ({ type, imagesPerSecond: imagesPerSecond(total, both.milliseconds[1]), exactImagesPerSecond: imagesPerSecond(total, both.milliseconds[0]), classes }),
  }
}
