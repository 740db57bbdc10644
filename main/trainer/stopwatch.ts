/** An action that counts what it takes, all its times together. */
function stopwatch<In, Out>(action: (input: In) => Out): { run(input: In): Out; readonly milliseconds: number } {
  let milliseconds = 0
  return {
    run(input) {
      const began = performance.now()
      const answer = action(input)
      milliseconds += performance.now() - began
      return answer
    },
    get milliseconds() {
      return milliseconds
    },
  }
}

/** Two actions on the same input, timed beside each other: who goes first changes from time to time. */
export function timedInTurns<In, A, B>(a: (input: In) => A, b: (input: In) => B): { run(input: In): readonly [A, B]; readonly milliseconds: readonly [number, number] } {
  const clocks = [stopwatch(a), stopwatch(b)] as const
  let times = 0
  return {
    run(input) {
      if (times++ % 2 === 0) return [clocks[0].run(input), clocks[1].run(input)]
      const second = clocks[1].run(input)
      return [clocks[0].run(input), second]
    },
    get milliseconds() {
      return [clocks[0].milliseconds, clocks[1].milliseconds] as const
    },
  }
}

/** 0 where there were no images. */
export const imagesPerSecond = (images: number, milliseconds: number): number => (images > 0 ? (images * 1000) / milliseconds : 0)
