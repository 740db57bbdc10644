/** What may go on in a project, and what becomes of it when the project is closed. */
export const endingWords = {
  run: 'A run is going on. Closing the project stops it after the step it is at; it can be resumed later from the list of runs.',
  import: 'An import is going on. Closing the project ends it; what was read is kept, and importing the folder again goes on from there.',
  weights: 'Weights are being imported. Closing the project ends that; no run is made of them, and they can be imported again.',
  scoring: 'A run is being scored. Closing the project ends that; what was scored before is kept, and the run can be scored again.',
  export: 'A run is being exported. Closing the project ends that; what was at its place before is kept, and the run can be exported again.',
} as const
export type Ending = keyof typeof endingWords
