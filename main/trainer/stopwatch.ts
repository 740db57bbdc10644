/** An action that counts what it takes, all its times together. */
export function stopwatch<In, Out>(action: (input: In) => Out): { run(input: In): Out; readonly milliseconds: number } {
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
